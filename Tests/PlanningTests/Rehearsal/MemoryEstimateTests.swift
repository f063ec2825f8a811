import Rehearsals
import ScenarioLanguage
import Testing
import Units

@Suite struct MemoryEstimateTests {
  private static func scenario(scale: Int) throws -> Scenario {
    try SmallCase.scenario(
      scale: scale, disasters: ["deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }"],
      strategy:
        "snapshots: { schedule: \"FREQ=HOURLY;BYMINUTE=0;BYSECOND=0\", retention: { count: 2 }, credentials: s }"
    )
  }

  private static func bytes(scale: Int, jobs: Int = 1) throws -> Double {
    Double(MemoryEstimate(of: try scenario(scale: scale), jobs: jobs).total.bytes)
  }

  @Test func theEstimateIsTheSumOfPagesAndWritesByHand() throws {
    // 2 GiB in use are 524,288 pages. 200 kB/s are 351,562 pages in the two hours until the last strike, which two
    // snapshots keep once more, and 4.57 million writes in all 26 hours. A deletion touches 30 % of the pages, and a
    // reader keeps 16,384.
    let pages = 524_288.0 + 351_562 + 351_562 + 0.3 * 524_288 + 16_384
    let byHand = 45e6 + pages * 4_160 + 4.57e6 * (40 + 24)
    #expect(abs(try Self.bytes(scale: 1) / byHand - 1) < 0.02)
  }

  @Test func aScaleTwiceAsFineNeedsTwiceThePages() throws {
    let fixed = 45e6 + 16_384 * 4_160
    let ratio = (try Self.bytes(scale: 1) - fixed) / (try Self.bytes(scale: 2) - fixed)
    #expect(abs(ratio - 2) < 0.02)
  }

  @Test func partsOfAWriteAreNoPagesOfTheirOwn() throws {
    // A link of 1 Mbit/s moves 250 kB in two seconds: a write that stands for 256 MiB is cut into a thousand parts.
    func bytes(link: String) throws -> Double {
      let scenario = try SmallCase.scenario(
        scale: 65_536, link: link, volume: "size: 16 TiB, used: 50 %, workload: { rate: 2 MB/s }",
        disasters: ["fire: { cause: fire, site: a }"],
        strategy: SmallCase.standby("layer: storage, mode: async"))
      return Double(MemoryEstimate(of: scenario, jobs: 1).total.bytes)
    }
    // 26 hours of 250 kB parts at 2 MB/s are 748,800 writes of 64 B, and 697 whole ones.
    let difference = try bytes(link: "1 Mbit/s") - bytes(link: "10 Gbit/s")
    #expect(abs(difference / (748_800 * 64) - 1) < 0.05)
  }

  @Test func eachJobNeedsTheMemoryOfItsDrill() throws {
    let each = try Self.bytes(scale: 1, jobs: 2) - Self.bytes(scale: 1, jobs: 1)
    #expect(abs(each / (0.3 * 524_288 * 4_160) - 1) < 0.02)
  }

  @Test func theSuggestedScaleIsTheFirstThatFits() throws {
    let limit = ByteCount.gibibytes(1)
    let scenario = try Self.scenario(scale: 1)
    let scale = try #require(
      scenario.scale(fitting: limit, selection: Sweep.Selection(), jobs: 1))
    let denominator = Int(scale.denominator)
    #expect(try Self.bytes(scale: denominator) <= Double(limit.bytes))
    #expect(try Self.bytes(scale: denominator / 2) > Double(limit.bytes))
  }
}
