import Testing
import Units

/// Outcomes that arithmetic gives, at scales 32 times apart.
@Suite struct ScaleTests {
  private static let scales = [64, 2_048, 32_768]
  private static let atDRSite = [
    "array: { cause: arrayFailure, device: array-b }", "site: { cause: drSiteFault, site: b }",
  ]

  /// A fault of the DR site is none of production's, unless the array must not write alone: then people switch the copy
  /// off, 6 min, and start the application again, 10 min.
  @Test(arguments: [
    "layer: storage, mode: sync", "layer: storage, mode: async", "layer: storage, mode: memorySync",
    "layer: storage, mode: interval, interval: 5 min", "layer: hostIO, mode: sync, journal: 2 GiB",
    "layer: hostIO, mode: async, journal: 2 GiB", "layer: storage, mode: strictSync",
  ])
  func aFaultOfTheDRSiteStopsOnlyWhatMustNotGoOnAlone(replication: String) async throws {
    let outage: Duration = replication.contains("strict") ? .minutes(16) : .zero
    for scale in Self.scales {
      let report = await SmallCase.run(
        try SmallCase.scenario(
          scale: scale, strikes: 1, disasters: Self.atDRSite, strategy: SmallCase.standby(replication)))
      for drill in report.disasters.flatMap(\.drills) {
        #expect(drill.achievedRTO == .duration(outage), "1/\(scale)")
        #expect(drill.achievedRPO == .duration(.zero), "1/\(scale)")
      }
    }
  }

  /// 200 kB/s for 15 min over 100 Mbit/s: a loss of at most T and the 14.4 s that sending takes.
  @Test func anIntervalCopyLosesAtMostItsIntervalAndTheTransfer() async throws {
    var mean: [Duration] = []
    for scale in Self.scales {
      let report = await SmallCase.run(
        try SmallCase.scenario(
          scale: scale, strikes: 8, disasters: ["fire: { cause: fire, site: a }"],
          strategy: SmallCase.standby("layer: storage, mode: interval, interval: 15 min")))
      let losses = report.disasters[0].drills.compactMap(\.achievedRPO.duration)
      #expect(losses.count == 8)
      #expect(losses.allSatisfy { $0 > .zero && $0 <= .minutes(15) + .seconds(16) }, "1/\(scale)")
      mean.append(Duration(nanoseconds: losses.reduce(0) { $0 + $1.nanoseconds } / 8))
    }
    let spread = try #require(mean.max()) - (try #require(mean.min()))
    #expect(spread <= .seconds(1))
  }
}
