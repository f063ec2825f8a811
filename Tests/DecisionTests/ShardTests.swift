import Decision
import Documents
import Rehearsals
import Testing
import Units

@Suite struct ShardTests {
  private static func origin(_ command: String = "run", digest: String = "d") -> ShardFile.Origin {
    ShardFile.Origin(
      command: command, arguments: ["shop.yaml"], settings: [], digest: digest, program: "p")
  }

  private static func file(_ number: Int, of count: Int, digest: String = "d") -> (String, ShardFile) {
    (
      "s\(number)",
      ShardFile(origin: origin(digest: digest), shard: Shard(number, of: count), payload: [number])
    )
  }

  @Test(arguments: [1, 3, 7])
  func allShardsTogetherGiveTheReportOfOneMachine(_ count: Int) async throws {
    let file = try SmallShop.file()
    let provenance = Provenance(version: "", digest: "", arguments: [])
    let sweep = Sweep(file.scenario, provenance: provenance)
    let whole = await sweep.run(jobs: 2)
    var parts: [RunShard] = []
    for number in 1...count {
      let part = await sweep.restricted(to: Shard(number, of: count)).run(jobs: 1)
      let written = ShardFile(
        origin: Self.origin(), shard: Shard(number, of: count), payload: RunShard(part))
      let read = try ShardFile(written.bytes, name: "s")
      parts.append(try read.results(RunShard.self, name: "s"))
    }
    let merged = SweepReport(
      merging: parts, scenario: file.scenario, provenance: provenance, selection: Sweep.Selection())
    #expect(
      PositionalEncoder.bytes(of: RunShard(merged)) == PositionalEncoder.bytes(of: RunShard(whole)))
    #expect(merged.strategies.map(\.strategy.name) == ["nightly", "hot"])
  }

  @Test(arguments: 1...9)
  func eachDrillIsInOneShard(_ count: Int) async throws {
    let file = try SmallShop.file()
    let sweep = Sweep(file.scenario, provenance: Provenance(version: "", digest: "", arguments: []))
    let counts = (1...count).map { sweep.restricted(to: Shard($0, of: count)).drillCount }
    #expect(counts.reduce(0, +) == sweep.drillCount)
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
  }

  @Test func shardsAreMergedInAnyOrder() throws {
    let set = try ShardSet([Self.file(3, of: 3), Self.file(1, of: 3), Self.file(2, of: 3)])
    #expect(set.shards.map(\.name) == ["s1", "s2", "s3"])
  }

  private func refusal(_ files: [(String, ShardFile)]) throws -> String {
    let error = try #require(throws: InputError.self) { try ShardSet(files) }
    return error.description
  }

  @Test func missingShardsAreNamed() throws {
    #expect(
      try refusal([Self.file(1, of: 4), Self.file(3, of: 4)]).contains("shards 2/4, 4/4 are missing"))
  }

  @Test func aDoubledShardIsNamed() throws {
    let files = [Self.file(1, of: 2), Self.file(2, of: 2), ("again", Self.file(2, of: 2).1)]
    #expect(try refusal(files).contains("again: error: shard 2/2 is given twice"))
  }

  @Test func aForeignShardIsNamed() throws {
    let files = [Self.file(1, of: 2), Self.file(2, of: 2, digest: "other")]
    #expect(try refusal(files).contains("s2: error: the scenario differs from that of s1"))
  }

  @Test func everyFlippedOrMissingByteIsNoticed() throws {
    let bytes = Self.file(1, of: 2).1.bytes
    #expect(try ShardFile(bytes, name: "s").bytes == bytes)
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1
      #expect(throws: InputError.self) { try ShardFile(damaged, name: "s") }
      #expect(throws: InputError.self) { try ShardFile(Array(bytes[..<place]), name: "s") }
    }
  }

  @Test(arguments: [
    Int64.min, -1_000_000_007, -128, -1, 0, 1, 127, 128, 1 << 40, .max,
  ])
  func everyNumberComesBack(_ number: Int64) throws {
    let bytes = PositionalEncoder.bytes(of: [number])
    #expect(PositionalDecoder.value([Int64].self, from: bytes) == [number])
    let wide = StoredWide(
      value: Int128(number) << 60, text: "ä\n", flag: number > 0, nothing: nil, count: number > 1 ? 5 : nil,
      word: nil, list: [number])
    #expect(PositionalDecoder.value(StoredWide.self, from: PositionalEncoder.bytes(of: wide)) == wide)
  }

  private struct StoredWide: Codable, Equatable {
    var value: Int128
    var text: String
    var flag: Bool
    var nothing: Duration?
    var count: Int?
    var word: String?
    var list: [Int64]?
  }
}
