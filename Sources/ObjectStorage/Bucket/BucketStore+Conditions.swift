import Storage
import Units

/// Puts by condition, in a bucket that keeps one version of each object.
///
/// Servers ignore the conditions of deletes. So an object that must have one version to be deleted is first replaced
/// by a tombstone under that condition, and the tombstone is deleted.
extension BucketStore {
  func create(_ key: ObjectKey, _ object: NewObject) throws(StorageError) {
    for isLast in [false, true] {
      let answer = try send(key, object.bytes, [("if-none-match", "*")] + object.lockHeaders)
      if answer.hasSucceeded { return }
      guard answer.status == 412 else { throw refusal(answer, doing: "write objects") }
      let found = try fetch(key, .whole)
      // The answer to an earlier attempt of this put was lost: the trailer is that of no other put.
      if found?.bytes == object.bytes { return }
      guard !isLast, found.map(\.isTombstone) ?? true else { break }
      // A client that ended between the two steps of a delete left this.
      if found != nil { try deleteName(key) }
    }
    throw StorageError(.conditionFailed, "\(key) exists")
  }

  func replace(
    _ key: ObjectKey, at expected: UInt64, _ object: NewObject, at now: Instant
  ) throws(StorageError) {
    guard let held = try newest(key, .trailer) else {
      throw StorageError(.conditionFailed, "\(key) does not exist")
    }
    let attributes = try held.attributes(of: key)
    guard attributes.version == expected else {
      throw StorageError(.conditionFailed, "\(key) is not at version \(expected)")
    }
    try refuseIfLocked(key, attributes, at: now)
    try exchange(key, held, for: object)
  }

  /// Replaces exactly the object that was read; throws `conditionFailed` when another writer was first.
  private func exchange(_ key: ObjectKey, _ held: StoredObject, for object: NewObject) throws(StorageError) {
    let tag = traits.arbitration == .bareConditions ? held.etag.filter { $0 != "\"" } : held.etag
    let answer = try send(key, object.bytes, [("if-match", tag)] + object.lockHeaders)
    if answer.hasSucceeded { return }
    guard answer.status == 412 || answer.status == 404 else {
      throw refusal(answer, doing: "replace objects")
    }
    let found = try fetch(key, .whole)
    if found?.bytes == object.bytes { return }
    guard found?.etag != held.etag else {
      throw StorageError(
        .unavailable,
        "\(key): the server denies that this object has the ETag that the server itself names; its "
          + "handling of conditions has changed since 'vault init'")
    }
    throw StorageError(.conditionFailed, "\(key) was replaced by another client")
  }

  func remove(_ key: ObjectKey, _ held: StoredObject, isConditional: Bool) throws(StorageError) {
    if isConditional { try exchange(key, held, for: NewObject(bytes: StoredObject.tombstone)) }
    try deleteName(key)
  }

  private func deleteName(_ key: ObjectKey) throws(StorageError) {
    let answer = try asStorage { () throws(BucketProblem) in
      try client.send("DELETE", address.fullName(key.name))
    }
    guard answer.hasSucceeded || answer.status == 404 else { throw refusal(answer, doing: "delete objects") }
  }

  func send(
    _ key: ObjectKey, _ bytes: Bytes, _ headers: [(String, String)]
  ) throws(StorageError) -> BucketClient.Answer {
    try asStorage { () throws(BucketProblem) in
      try client.send(
        "PUT", address.fullName(key.name), headers: headers.map { (name: $0.0, value: $0.1) }, body: bytes)
    }
  }

  /// Completes the deletes that a crash interrupted between their two steps.
  ///
  /// In a bucket that keeps versions, tombstones younger than `age` stay, since a slow writer may still look for them.
  public func finishDeletions(olderThan age: Duration) throws(StorageError) {
    let above = address.fullName("")
    if keepsVersions { return try finishDeletionsByVersions(below: above, olderThan: age) }
    let names = try asStorage { () throws(BucketProblem) in try client.names(beginning: above) }
    for (name, size) in names where size == StoredObject.tombstoneSize {
      if let key = ObjectKey(String(name.dropFirst(above.count))) { try deleteName(key) }
    }
  }
}
