import Dispatch
import Storage
import Synchronization
import Units

/// Measures the properties of a server and bucket that a vault relies on, on objects of its own.
///
/// The probe trusts nothing that the server claims: writers race for one object, and a lock is attacked.
struct BucketProbe {
  private static let racers = 8

  private let client: BucketClient
  private let folder: String

  init(_ client: BucketClient) {
    self.client = client
    folder = ".probe-\(String(hexadecimal: client.surroundings.chance()))"
  }

  /// Returns the traits; throws when a vault there could lose data.
  func run() throws(BucketProblem) -> ServerTraits {
    let keepsVersions = try hasVersions()
    let hasLocks = try hasObjectLock()
    do throws(BucketProblem) {
      try checkContents()
      try checkListing()
      let arbitration: ServerTraits.Arbitration =
        keepsVersions ? try checkVersionOrder() : try checkConditions()
      if hasLocks, keepsVersions { try checkLock() }
      try removeAll(keepsVersions)
      return ServerTraits(arbitration: arbitration, hasLocks: hasLocks && keepsVersions)
    } catch {
      try? removeAll(keepsVersions)
      throw error
    }
  }

  // MARK: Properties of the bucket

  private func hasVersions() throws(BucketProblem) -> Bool {
    let answer = try client.send("GET", query: [(name: "versioning", value: "")])
    guard answer.hasSucceeded else {
      // A server without versions may not know the question.
      if answer.status == 501 { return false }
      throw BucketProblem(answer.response, client.address, doing: "read the versioning of the bucket")
    }
    return Self.text(answer).contains("<Status>Enabled</Status>")
  }

  private func hasObjectLock() throws(BucketProblem) -> Bool {
    let answer = try client.send("GET", query: [(name: "object-lock", value: "")])
    return answer.hasSucceeded
      && Self.text(answer).contains("<ObjectLockEnabled>Enabled</ObjectLockEnabled>")
  }

  private static func text(_ answer: BucketClient.Answer) -> String {
    String(decoding: answer.response.body.slice, as: UTF8.self)
  }

  // MARK: Contents and lists

  private func checkContents() throws(BucketProblem) {
    let key = name("contents")
    let bytes = Bytes((0..<256).map { UInt8($0) })
    try expectSuccess(put(key, bytes), "write objects")
    try expect(get(key) == bytes, "does not return what was written")
    try expect(get(key, range: "bytes=10-19") == bytes[10..<20], "ignores ranges of bytes")
    try expect(get(key, range: "bytes=-40") == bytes[216..<256], "ignores ranges at the end of an object")
    try expectSuccess(client.send("DELETE", key), "delete objects")
    try expect(get(key) == nil, "returns an object after its delete")
  }

  private func checkListing() throws(BucketProblem) {
    // Ascending by bytes.
    let names = ["a-b", "a.b", "a/b", "a0", "a_b", "aa"].map { name("list/\($0)") }
    for name in names.reversed() { try expectSuccess(put(name, Bytes(utf8: name)), "write objects") }
    for size in [2, 1_000] {
      let listed = try client.names(beginning: name("list/"), pageSize: size).map(\.name)
      try expect(listed == names, "lists objects incompletely or out of order, in pages of \(size)")
    }
  }

  // MARK: Arbitration

  private func checkConditions() throws(BucketProblem) -> ServerTraits.Arbitration {
    let key = name("conditions")
    try expectSuccess(put(key, "first", ("if-none-match", "*")), "write objects")
    try refuse(
      put(key, "second", ("if-none-match", "*")),
      "ignores 'If-None-Match: *', so one client would overwrite the objects of another")
    let won = try race { racer throws(BucketProblem) in
      try put(name("created"), Bytes(utf8: "\(racer)"), ("if-none-match", "*")).hasSucceeded
    }
    try expect(won == 1, "lets \(won) of \(Self.racers) clients create the same object")
    let etag = try tag(of: key)
    let bare = etag.filter { $0 != "\"" }
    // A stale tag first: a server that ignores it would take the right one, too.
    for (stale, right, form) in [
      ("\"0123456789abcdef0123456789abcdef\"", etag, ServerTraits.Arbitration.quotedConditions),
      ("0123456789abcdef0123456789abcdef", bare, .bareConditions),
    ] {
      try refuse(
        put(key, "stale", ("if-match", stale)),
        "ignores 'If-Match', so a slow client would overwrite what a fast one wrote")
      guard try put(key, "second", ("if-match", right)).hasSucceeded else { continue }
      try checkReplacementRace(key, form)
      return form
    }
    throw problem("never replaces an object under its ETag ('If-Match')")
  }

  private func checkReplacementRace(
    _ key: String, _ form: ServerTraits.Arbitration
  ) throws(BucketProblem) {
    let etag = try tag(of: key)
    let tag = form == .bareConditions ? etag.filter { $0 != "\"" } : etag
    let won = try race { racer throws(BucketProblem) in
      try put(key, Bytes(utf8: "racer \(racer)"), ("if-match", tag)).hasSucceeded
    }
    try expect(won == 1, "lets \(won) of \(Self.racers) clients replace the same object")
  }

  private func checkVersionOrder() throws(BucketProblem) -> ServerTraits.Arbitration {
    let key = ObjectKey(folder: "probe", name: "order")
    // The very puts that jobs make, below the probe's folder.
    let place = client.address.below(folder)
    let store = BucketStore(client.at(place), ServerTraits(arbitration: .versionOrder, hasLocks: false))
    let numbers = Mutex<[UInt64]>([])
    let created = try race { racer throws(BucketProblem) in
      try attempt(store) { store throws(StorageError) in
        let number = try store.put(
          Bytes(utf8: "\(racer)"), as: key, if: .absent, lockedUntil: nil, at: client.surroundings.now())
        numbers.withLock { $0.append(number) }
      }
    }
    try expect(created == 1, "lets \(created) of \(Self.racers) clients create the same object")
    guard let first = numbers.withLock({ $0.first }) else { return .versionOrder }
    let replaced = try race { racer throws(BucketProblem) in
      try attempt(store) { store throws(StorageError) in
        try store.put(
          Bytes(utf8: "racer \(racer)"), as: key, if: .version(first), lockedUntil: nil,
          at: client.surroundings.now())
      }
    }
    try expect(replaced == 1, "lets \(replaced) of \(Self.racers) clients replace the same object")
    return .versionOrder
  }

  /// Whether an operation succeeds; `false` when another client was first.
  private func attempt(
    _ store: BucketStore, _ body: (inout BucketStore) throws(StorageError) -> Void
  ) throws(BucketProblem) -> Bool {
    var store = store
    do throws(StorageError) {
      try body(&store)
      return true
    } catch {
      if error.kind == .conditionFailed { return false }
      throw BucketProblem(error.kind, client.address.description, error.detail)
    }
  }

  /// Returns how many of several clients at once succeed.
  private func race(_ body: (Int) throws(BucketProblem) -> Bool) throws(BucketProblem) -> Int {
    let result = Mutex<(won: Int, problem: BucketProblem?)>((0, nil))
    withoutActuallyEscaping(body) { body in
      let shared = SharedBody(body)
      DispatchQueue.concurrentPerform(iterations: Self.racers) { racer in
        do throws(BucketProblem) {
          if try shared.body(racer) { result.withLock { $0.won += 1 } }
        } catch {
          result.withLock { $0.problem = error }
        }
      }
    }
    if let problem = result.withLock({ $0.problem }) { throw problem }
    return result.withLock { $0.won }
  }

  private struct SharedBody: @unchecked Sendable {
    let body: (Int) throws(BucketProblem) -> Bool
    init(_ body: @escaping (Int) throws(BucketProblem) -> Bool) { self.body = body }
  }

  // MARK: Locks

  /// Locks an object for a moment, and tries to delete it.
  private func checkLock() throws(BucketProblem) {
    let key = name("locked")
    let until = client.surroundings.now() + .seconds(3)
    let lock = [
      (name: "x-amz-object-lock-mode", value: "COMPLIANCE"),
      (name: "x-amz-object-lock-retain-until-date", value: BucketStore.text(until)),
    ]
    let answer = try client.send("PUT", key, headers: lock, body: Bytes(utf8: "locked"))
    try expectSuccess(answer, "lock objects")
    guard let id = answer.response.headers["x-amz-version-id"] else { throw problem("keeps no versions") }
    let version = [(name: "versionId", value: id)]
    let shown = try client.send("GET", key, query: version)
    try expect(
      shown.response.headers["x-amz-object-lock-retain-until-date"] != nil,
      "does not show the lock of an object; the key may lack the permission to read it")
    if client.surroundings.now() < until {
      let attack = try client.send("DELETE", key, query: version)
      try expect(
        attack.status == 403 || client.surroundings.now() >= until, "deletes an object that is locked")
    }
    client.surroundings.pause(max(.zero, until - client.surroundings.now()) + .seconds(2))
  }

  // MARK: Requests

  private func name(_ text: String) -> String { client.address.fullName("\(folder)/\(text)") }

  private func put(
    _ name: String, _ bytes: Bytes, _ header: (String, String)? = nil
  ) throws(BucketProblem) -> BucketClient.Answer {
    try client.send("PUT", name, headers: header.map { [(name: $0.0, value: $0.1)] } ?? [], body: bytes)
  }

  private func put(
    _ name: String, _ text: String, _ header: (String, String)
  ) throws(BucketProblem) -> BucketClient.Answer {
    try put(name, Bytes(utf8: text), header)
  }

  private func get(_ name: String, range: String? = nil) throws(BucketProblem) -> Bytes? {
    let answer = try client.send(
      "GET", name, headers: range.map { [(name: "range", value: $0)] } ?? [])
    if answer.status == 404 { return nil }
    try expectSuccess(answer, "read objects")
    return answer.response.body
  }

  private func tag(of name: String) throws(BucketProblem) -> String {
    let answer = try client.send("GET", name)
    try expectSuccess(answer, "read objects")
    guard let etag = answer.response.headers["etag"] else { throw problem("gives objects no ETag") }
    return etag
  }

  private func expectSuccess(_ answer: BucketClient.Answer, _ what: String) throws(BucketProblem) {
    guard answer.hasSucceeded else { throw BucketProblem(answer.response, client.address, doing: what) }
  }

  /// Checks that a condition was refused as one.
  private func refuse(_ answer: BucketClient.Answer, _ flaw: String) throws(BucketProblem) {
    if answer.hasSucceeded { throw problem(flaw) }
    guard answer.status == 412 || answer.status == 409 else {
      throw problem("knows no conditions of puts (status \(answer.status))")
    }
  }

  private func expect(_ isTrue: Bool, _ flaw: String) throws(BucketProblem) {
    guard isTrue else { throw problem(flaw) }
  }

  private func problem(_ flaw: String) -> BucketProblem {
    BucketProblem(
      .unavailable, client.address.description, "this server \(flaw)",
      hint: "a vault there could lose data: use another server, or another kind of bucket")
  }

  /// Removes everything that this probe wrote.
  private func removeAll(_ keepsVersions: Bool) throws(BucketProblem) {
    guard keepsVersions else {
      for (name, _) in try client.names(beginning: name("")) { _ = try client.send("DELETE", name) }
      return
    }
    for page in try client.pages(beginning: name("")) {
      let markers = (page.DeleteMarker ?? []).map { ($0.Key, $0.VersionId) }
      for (key, id) in (page.Version ?? []).map({ ($0.Key, $0.VersionId) }) + markers {
        _ = try client.send("DELETE", key, query: [(name: "versionId", value: id)])
      }
    }
  }
}
