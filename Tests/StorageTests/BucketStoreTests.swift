import CephCluster
import Foundation
import ObjectStorage
import Storage
import Testing
import Units

/// The contract of an object store on a real S3-compatible server.
@Suite("Stores in buckets", .enabled(if: CephCluster.isInstalled, "\(CephCluster.missing)"), .serialized)
struct BucketStoreTests {
  /// The promises without dates: a server locks by its own clock.
  private static let promises: [ObjectStoreConformance] = [
    .rangesLieWithinTheObject, .anObjectIsWrittenOnce, .aVersionIsReplacedExactlyOnce,
    .whatIsNotThereIsNotFound, .listsAreCompleteAndAscending,
  ]
  private let key = ObjectKey(folder: "points", name: "a")

  private func store(locks: Bool) throws -> BucketStore {
    let cluster = try #require(CephCluster.shared, "radosgw does not come up")
    return try BucketStore.create(cluster.client(of: cluster.makeBucket(locks: locks) + "/vault"))
  }

  @Test(arguments: promises, [false, true])
  func aBucketKeepsTheContractOfAnObjectStore(promise: ObjectStoreConformance, locks: Bool) throws {
    try promise.check { try store(locks: locks) }
  }

  @Test(arguments: [false, true])
  func onlyOneOfManyWritersWins(locks: Bool) async throws {
    let store = try store(locks: locks)
    for round in 0..<4 {
      let key = ObjectKey(folder: "points", name: "\(round)")
      let first = await Self.race(store) { store, writer in
        try store.put(Bytes(utf8: "\(writer)"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
      }
      #expect(first.count == 1)
      let version = try #require(first.first)
      let second = await Self.race(store) { store, writer in
        // A prune that withdraws a claim races with the backup that fulfils it.
        if writer % 2 == 0 {
          try store.delete(key, if: version, at: .day(1))
          return 0
        }
        return try store.put(
          Bytes(utf8: "\(writer)"), as: key, if: .version(version), lockedUntil: nil, at: .day(1))
      }
      let replacements = second.filter { $0 != 0 }
      #expect(replacements.count <= 1)
      #expect(replacements.isEmpty || second.count == 1, "both a delete and a replacement succeeded")
      #expect(try store.attributes(of: key)?.version == replacements.first)
      #expect(try store.list(prefix: "points/\(round)").isEmpty == replacements.isEmpty)
    }
  }

  private static func race(
    _ store: BucketStore, _ body: @escaping @Sendable (inout BucketStore, Int) throws -> UInt64
  ) async -> [UInt64] {
    await withTaskGroup(of: UInt64?.self) { group in
      for writer in 0..<8 {
        group.addTask {
          var store = store
          return try? body(&store, writer)
        }
      }
      var winners: [UInt64] = []
      for await winner in group { if let winner { winners.append(winner) } }
      return winners
    }
  }

  @Test func aLockHoldsAgainstTheServersOwnCommands() throws {
    let cluster = try #require(CephCluster.shared)
    let client = try cluster.client(of: cluster.makeBucket(locks: true) + "/vault")
    var store = try BucketStore.create(client)
    let until = Instant(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000) + .seconds(6)
    try store.put(Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: until, at: until - .seconds(6))
    #expect(try store.attributes(of: key)?.lockedUntil == until)
    store.expect(.locked) { try $0.delete(key, if: nil, at: until - .seconds(1)) }
    // The lock is the server's own, and not only noted in the object.
    let shown = try client.send("GET", "vault/points/a").response.headers
    #expect(shown["x-amz-object-lock-retain-until-date"] != nil)
    let version = [(name: "versionId", value: shown["x-amz-version-id"] ?? "")]
    #expect(try client.send("DELETE", "vault/points/a", query: version).status == 403)
    // A deletion or an overwrite by name hides the object from plain reads, and from no reader of the vault.
    #expect(try client.send("DELETE", "vault/points/a").hasSucceeded)
    #expect(try client.send("GET", "vault/points/a").status == 404)
    #expect(try store.get(key, range: nil) == Bytes(utf8: "kept"))
    #expect(try store.list(prefix: "") == [key])
    #expect(try client.send("PUT", "vault/points/a", body: Bytes(utf8: "evil")).hasSucceeded)
    #expect(try store.get(key, range: nil) == Bytes(utf8: "kept"))
    try store.lock(key, until: until + .seconds(2), at: until)
    #expect(try store.attributes(of: key)?.lockedUntil == until + .seconds(2))
    try store.lock(key, until: until, at: until)
    #expect(try store.attributes(of: key)?.lockedUntil == until + .seconds(2))
  }

  @Test func aBucketWithoutObjectLockSaysSo() throws {
    var store = try store(locks: false)
    #expect(!store.hasLocks)
    try store.put(Bytes(utf8: "a"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    store.expect(.unavailable) { try $0.lock(key, until: .distantFuture, at: .day(1)) }
    let other = ObjectKey(folder: "points", name: "b")
    store.expect(.unavailable) {
      try $0.put(Bytes(), as: other, if: .absent, lockedUntil: .day(9), at: .day(1))
    }
  }

  @Test func moreThanAPageOfNamesIsListed() throws {
    let cluster = try #require(CephCluster.shared)
    let client = try cluster.client(of: cluster.makeBucket() + "/vault")
    let store = try BucketStore.create(client)
    for number in 0..<1_003 {
      #expect(try client.send("PUT", "vault/packs/\(10_000 + number)", body: Bytes()).hasSucceeded)
    }
    #expect(try store.list(prefix: "packs/").map(\.name) == (0..<1_003).map { "packs/\(10_000 + $0)" })
  }

  /// A server that drops a header does not do what the vault relies on.
  @Test(arguments: ["if-none-match", "if-match"])
  func aServerThatIgnoresConditionsIsRefused(header: String) throws {
    let cluster = try #require(CephCluster.shared)
    let deaf = DeafTransport(header)
    let problem = #expect(throws: BucketProblem.self) {
      try BucketStore.create(cluster.client(of: cluster.makeBucket() + "/vault", deaf))
    }
    #expect(problem?.message.contains("ignores") == true)
  }
}

/// A transport to a server that ignores a header: the header stays signed, and its value stands for no condition.
private struct DeafTransport: HTTPTransport {
  private let curl = CurlTransport(isLocal: true)
  private let header: String

  init(_ header: String) { self.header = header }

  func send(_ request: WireRequest) throws(TransportFailure) -> WireResponse {
    // The answer of a refused put is made that of a carried out one.
    let response = try curl.send(request)
    guard response.status == 412, request.headers.contains(where: { $0.name == header }) else {
      return response
    }
    return WireResponse(200, headers: ["etag": "\"0\""])
  }
}
