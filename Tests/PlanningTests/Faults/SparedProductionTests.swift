import Estate
import RecoveryPlanning
import Testing
import Units

/// Disasters that leave production alone, or hit nothing at all.
@Suite struct SparedProductionTests {
  private static let storage = "dr-storage: { cause: arrayFailure, device: array-b }"

  /// The case dr-storage-fault.yaml.
  @Test(arguments: [
    "layer: storage, mode: sync", "layer: storage, mode: async",
    "layer: storage, mode: interval, interval: 5 min",
    "layer: hostIO, mode: async, journal: 2 GiB",
  ])
  func aLostArrayAtTheDRSiteIsNoOutage(mode: String) async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(strikes: 1, disasters: [Self.storage], strategy: SmallCase.standby(mode)))
    let drill = try #require(report.disasters[0].drills.first)
    #expect(drill.achievedRTO == .duration(.zero) && drill.achievedRPO == .duration(.zero))
    #expect(report.disasters[0].estimate == ClosedFormEstimate(rpo: .duration(.zero), rto: .duration(.zero)))
  }

  @Test func aLostArrayStopsHostsThatMustNotWriteWithoutIt() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        strikes: 1, disasters: [Self.storage], strategy: SmallCase.standby("layer: storage, mode: strictSync")
      ))
    // 6 min of people, 2 of starting, 5 of checking, 3 of warming up.
    #expect(report.disasters[0].estimate.rto == .duration(.minutes(16)))
    let time = try #require(report.disasters[0].drills.first?.achievedRTO.duration)
    #expect(time >= .minutes(15) && time <= .minutes(16))
  }

  @Test func aNaturalDisasterThatHitsNoSiteIsAMiss() async throws {
    let quakes = [
      "near: { cause: earthquake, centre: { latitude: 50.1, longitude: 8 }, radius: 100 km }",
      "far: { cause: earthquake, centre: { latitude: -20, longitude: -70 }, radius: 300 km }",
    ]
    let scenario = try SmallCase.scenario(
      disasters: quakes, strategy: SmallCase.standby("layer: storage, mode: sync"))
    #expect(scenario.disasters.map(\.isMiss) == [false, true])
    let report = await SmallCase.run(scenario)
    #expect(report.disasters[1].drills.count == 1)
    #expect(report.disasters[1].drills[0].achievedRTO == .duration(.zero))
    #expect(report.disasters[1].level == nil)
    #expect(report.disasters[0].level?.drills == 3)
  }

  /// The case first-copy-unfinished.yaml: 4 GiB over 12 Mbit/s take 48 min.
  @Test func aCopyThatIsNotCompleteHasNoRecoveryPointAndNoAge() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        warmUp: "30 min", link: "12 Mbit/s", volume: "size: 4 GiB, used: 100 %, workload: { rate: 100 kB/s }",
        disasters: ["fire: { cause: fire, site: a }"],
        strategy: SmallCase.standby("layer: hostIO, mode: async, journal: 4 GiB")))
    let run = Duration.hours(2)
    for course in report.replication?.courses ?? [] {
      #expect(course.peakLag ?? .zero <= run && course.meanLag ?? .zero <= run)
    }
    #expect(report.disasters[0].drills[0].achievedRPO == .unrecoverable)
    #expect(report.disasters[0].estimate.rpo == .unrecoverable)
  }

  @Test func theLagAfterAFailoverIsNotCountedFrom1970() async throws {
    let strategy =
      "disasterRecovery: { replication: { layer: storage, mode: async, site: b, device: array-b }, "
      + "standby: { kind: hotStandby, redirect: 2 min }, failback: { productionReturns: 1 h, every: 1 } }"
    let report = await SmallCase.run(
      try SmallCase.scenario(
        strikes: 1, disasters: ["server: { cause: serverFailure, host: h }"], strategy: strategy))
    for course in report.disasters[0].drills.compactMap(\.protection).flatMap(\.courses) {
      #expect(course.peakLag ?? .zero < .days(1))
    }
  }
}
