import Documents
import Testing
import Units

/// Objectives that a run cannot decide are told before it begins, with what would decide them.
@Suite struct CautionTests {
  private static let fire = "fire: { cause: fire, site: a }"

  private func cautions(
    scale: Int = 1_024, rpo: String, resolution: String? = nil, disaster: String = fire, mode: String
  ) throws -> [Caution] {
    var scenario = try SmallCase.scenario(
      scale: scale, disasters: [disaster], strategy: SmallCase.standby("layer: storage, mode: \(mode)"))
    scenario.objectives.rpo = try Duration(parsing: rpo)
    if let resolution { scenario.resolution = try Duration(parsing: resolution) }
    return scenario.cautions
  }

  @Test func anObjectiveFinerThanTheResolutionIsToldWithOneThatDecidesIt() throws {
    let told = try cautions(rpo: "800 ms", mode: "async")
    #expect(told.map(\.hint) == ["write 'resolution: 200 ms', or a longer 'objectives.rpo'"])
    #expect(told.first?.message.contains("800 ms") == true)
    #expect(try cautions(rpo: "800 ms", resolution: "200 ms", mode: "async").isEmpty)
    #expect(try cautions(rpo: "1 s", mode: "async").isEmpty)
    // Both arrays hold every write: nothing lies between the bounds.
    #expect(try cautions(rpo: "800 ms", mode: "sync").isEmpty)
  }

  /// 2 GiB of data: 30 % of them are 4 pages at 1/32768, a step every 5 min, and 64 pages at 1/2400.
  @Test func damageOfFewPagesIsToldWithAScaleThatHasEnough() throws {
    let dwelling = "virus: { cause: virusAttack, volumes: [data], share: 30 %, dwell: 20 min }"
    let told = try cautions(scale: 32_768, rpo: "15 min", disaster: dwelling, mode: "async")
    #expect(told.map(\.hint) == ["write 'scale: 1/2048' or a larger one, or another 'objectives.rpo'"])
    #expect(try cautions(scale: 2_048, rpo: "15 min", disaster: dwelling, mode: "async").isEmpty)
    #expect(try cautions(scale: 32_768, rpo: "1 h", disaster: dwelling, mode: "async").isEmpty)
    #expect(try cautions(scale: 32_768, rpo: "5 min", disaster: dwelling, mode: "async").isEmpty)
  }

  /// 2 GiB of data: 32 blocks of 64 KiB at 1/1024, 1 at 1/32768.
  @Test func volumesOfFewBlocksAreToldWithAScaleThatHasEnough() throws {
    func told(_ scale: Int) throws -> [Caution] {
      try SmallCase.scenario(
        scale: scale, vaults: ["v: { device: store, capacity: 1 TiB, credentials: x }"],
        disasters: [Self.fire],
        strategy: "backups: [{ vault: v, schedule: FREQ=DAILY;BYHOUR=1, retention: { count: 3 } }]"
      ).cautions
    }
    #expect(try told(1_024).isEmpty)
    let coarse = try told(32_768)
    #expect(coarse.map(\.hint) == ["write 'scale: 1/1365' or a larger one"])
    #expect(coarse.first?.message.contains("all used data are only 1 block at") == true)
    #expect(try told(1_365).isEmpty)
  }

  /// 200 kB/s over 1 Mbit/s, which is 125 kB/s; then 2 GiB over 8 Mbit/s, which take 45 min of the 30 min warm-up.
  @Test func aLinkBelowTheWriteRateIsToldAsOneThatNeverCatchesUp() throws {
    func told(_ link: String, _ mode: String, warmUp: String = "30 min") throws -> [String] {
      try SmallCase.scenario(
        warmUp: warmUp, link: link, disasters: [Self.fire], strategy: SmallCase.standby(mode)
      ).cautions.map(\.message)
    }
    let async = "layer: storage, mode: async"
    #expect(
      try told("1 Mbit/s", async).map { $0.hasSuffix("which carries 125 kB/s: its copy can never catch up") }
        == [true])
    let first = try told("8 Mbit/s", async)
    #expect(first.count == 1 && first[0].contains("takes about 45 min"), "\(first)")
    #expect(try told("8 Mbit/s", async, warmUp: "1 h").isEmpty)
    #expect(try told("100 Mbit/s", async).isEmpty)
    // Snapshots send a page once, however often it was written: the link may be enough.
    let interval = try told("4 Mbit/s", "layer: storage, mode: interval, interval: 15 min")
    #expect(interval.count == 1 && interval[0].contains("takes about 1 h 11 min"), "\(interval)")
  }
}
