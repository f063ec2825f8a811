import Documents
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// Tiers of services: the order of their restores, the share that is back over time, and their objectives.
@Suite struct TierTests {
  private static let times = "boot: 4 min, appRecovery: 2 min, warmUp: 3 min"
  private static let tiers = "{}\ntiers: { first: { rto: 85 min }, second: { rto: 85 min } }"

  private func report(
    _ disaster: String, services: [String], tiers: String = tiers, scale: Int = 4_096, recovery: String = "",
    vault: String = "store"
  ) async throws -> DisasterReport {
    await SmallCase.run(
      try SmallCase.scenario(
        scale: scale, warmUp: "2 h", vaults: ["v: { device: \(vault), capacity: 2 TiB, credentials: c }"],
        costs: tiers, moreServices: services.joined(separator: "\n  "), disasters: [disaster],
        strategy:
          "backups: [ { vault: v, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 9 } } ]",
        recovery: recovery)
    ).disasters[0]
  }

  /// People need 6 min, a new server 1 h. x is up after 4 + 2 min, verified after 5, warm after 3: 80 min. y is verified
  /// for 15 min: 90. z waits for x, then starts in 2 min: 82.
  private static let services = [
    "x: { host: h, tier: first, \(times), verify: 5 min }",
    "y: { host: h, tier: first, \(times), verify: 15 min }",
    "z: { host: h, tier: second, dependsOn: [x], \(times), verify: 5 min }",
  ]

  @Test func theTimesOfATierAreThoseOfItsServices() async throws {
    let report = try await report("server: { cause: serverFailure, host: h }", services: Self.services)
    #expect(report.tiers.map(\.tier.services) == [["x", "y"], ["z"]])
    let minutes = report.tiers.map { tier in
      tier.steps.map { step in
        [step.p50, step.p95, step.maximum].map { ($0.duration ?? .zero).nanoseconds / 60_000_000_000 }
      }
    }
    #expect(minutes == [[[80, 80, 80], [90, 90, 90]], [[82, 82, 82]]])
    #expect(report.tiers[0].step(for: .percent(50))?.count == 1)
    #expect(report.tiers[0].step(for: .percent(90))?.count == 2)
  }

  /// The first tier takes 90 min instead of 85, the second 82; the whole system meets its 4 h.
  @Test func aTierThatIsLateIsBreachedAndSoIsItsDisaster() async throws {
    let report = try await report("server: { cause: serverFailure, host: h }", services: Self.services)
    #expect(report.tiers.map(\.verdict) == [.breached, .met])
    #expect(report.tiers.map(\.level?.drillsMet) == [0, 3])
    #expect(report.rtoVerdict == .met && report.verdict == .breached)
    #expect(report.level?.drillsMet == 0)
    var objectives = Objectives(rpo: .hours(1), rto: .hours(4))
    objectives.tiers = report.tiers.map(\.tier)
    #expect(report.metCount(objectives) == 0 && !report.isMetAtLevel(objectives))
  }

  /// Services that stay up are back at once, and a tier without an objective is not judged.
  @Test func whatStaysUpIsBackAtOnce() async throws {
    let report = try await report(
      "deletion: { cause: accidentalDeletion, volumes: [data], share: 10 % }", services: Self.services,
      tiers: "{}\ntiers: { first: {}, second: {} }")
    #expect(report.tiers.flatMap(\.steps).allSatisfy { $0.maximum == .duration(.zero) })
    #expect(report.tiers.map(\.verdict) == [.notAssessed, .notAssessed] && report.tiers[0].level == nil)
  }

  /// Listed last, restored first: each restore of 20 GiB at 400 MB/s takes 54 s, one after the other.
  @Test func anEarlierTierIsRestoredFirst() async throws {
    func service(_ name: String, _ tier: String, _ more: String = "") -> String {
      "\(name): { host: h, \(tier)\(more)\(Self.times), verify: 5 min, volumes: { \(name)-data: { device: array, size: 20 GiB, used: 100 %, "
        + "workload: { rate: 1 kB/s, compressibility: 0 % } } } }"
    }
    let report = try await report(
      "array: { cause: arrayFailure, device: array }",
      services: [
        service("late", "tier: second, "), service("early", "tier: first, ", "dependsOn: [base], "),
        service("base", "tier: second, "),
      ], tiers: "{}\ntiers: { first: {}, second: {} }")
    for drill in report.drills {
      let ends = try ["base", "early", "late", "app"].map { name in
        try #require(
          drill.timeline.first { $0.phase == .restoreData && $0.subject == name }?.end, "\(name)")
      }
      // A service that an earlier tier depends on comes before it; one without a tier comes last.
      #expect(ends == ends.sorted() && Set(ends).count == 4)
      let gap = ends[1] - ends[0]
      #expect(gap > .seconds(53) && gap < .seconds(75), "\(gap)")
    }
  }

  /// Two sites: users are led to each tier once it is verified. Servers are rebuilt in 2 h, the times of services as above,
  /// the redirection takes 5 min; the services hold no data.
  @Test func usersAreLedToATierAsSoonAsItIsVerified() async throws {
    let services = [
      "x: { host: h, tier: first, \(Self.times), verify: 5 min }",
      "y: { host: h, tier: second, \(Self.times), verify: 15 min }",
    ]
    let report = try await report(
      "fire: { cause: fire, site: a }", services: services, tiers: "{}\ntiers: { first: {}, second: {} }",
      recovery: "rebuild: { site: b, device: array-b, provision: 2 h }", vault: "store-b")
    let minutes = report.tiers.map { tier in
      (tier.steps.last?.maximum.duration ?? .zero).nanoseconds / 60_000_000_000
    }
    // 6 + 120 + 4 + 2 + 5 + 5 + 3, and 10 more of verification.
    #expect(minutes == [145, 155])
    #expect(report.drills.allSatisfy { $0.achievedRTO <= report.estimate.rto })
  }

  @Test(arguments: [
    ("{ first: {}, second: {}, third: {} }", "no service is of the tier 'third'"),
    (
      "{ first: { rto: 5 h }, second: {} }",
      "the tier 'first' may take 5 h, but the entire system at most 4 h"
    ),
    ("{ second: {} }", "first"),
  ])
  func wrongTiersAreRefusedWithTheirPlace(tiers: String, message: String) throws {
    let error = #expect(throws: InputError.self) {
      try SmallCase.scenario(
        costs: "{}\ntiers: \(tiers)", moreServices: Self.services.joined(separator: "\n  "),
        disasters: ["server: { cause: serverFailure, host: h }"],
        strategy: SmallCase.standby("layer: storage, mode: sync"))
    }
    #expect(error.map { "\($0)" }?.contains(message) == true, "\(String(describing: error))")
  }
}
