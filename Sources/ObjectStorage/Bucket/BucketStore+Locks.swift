import Storage
import Units

/// Locks by the retention of object lock in compliance mode, which no one can shorten.
extension BucketStore {
  func requireLocks() throws(StorageError) {
    guard hasLocks else {
      throw StorageError(
        .unavailable,
        "the bucket has no object lock, so nothing in it can be locked; "
          + "make a bucket with object lock and a vault in that")
    }
  }

  /// Returns the headers of a new object's lock; none for a date that is past.
  func lockHeaders(until date: Instant?) -> [(name: String, value: String)] {
    guard let date, date > client.surroundings.now() else { return [] }
    return [
      ("x-amz-object-lock-mode", "COMPLIANCE"), ("x-amz-object-lock-retain-until-date", Self.text(date)),
    ]
  }

  /// Returns a date as in `2026-11-30T21:14:07Z`, rounded up to whole seconds.
  static func text(_ date: Instant) -> String {
    var time = CivilTime(date)
    if time.nanosecond > 0 { time = CivilTime(date + .seconds(1)) }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(time.year)-\(two(time.month))-\(two(time.day))T"
      + "\(two(time.hour)):\(two(time.minute)):\(two(time.second))Z"
  }

  public mutating func lock(_ key: ObjectKey, until date: Instant, at now: Instant) throws(StorageError) {
    guard let held = try newest(key, .trailer) else { throw StorageError(.notFound, "\(key)") }
    if let until = try held.attributes(of: key).lockedUntil, date <= until { return }
    try requireLocks()
    // A server rejects a lock that has ended before it begins.
    guard date > client.surroundings.now() else { return }
    let body =
      "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>COMPLIANCE</Mode>"
      + "<RetainUntilDate>\(Self.text(date))</RetainUntilDate></Retention>"
    var query = [(name: "retention", value: "")]
    if let version = held.versionID { query.append((name: "versionId", value: version)) }
    let answer = try asStorage { () throws(BucketProblem) in
      try client.send("PUT", address.fullName(key.name), query: query, body: Bytes(utf8: body))
    }
    if answer.hasSucceeded { return }
    if answer.status == 404 { throw StorageError(.notFound, "\(key)") }
    throw refusal(answer, doing: "lock objects")
  }
}
