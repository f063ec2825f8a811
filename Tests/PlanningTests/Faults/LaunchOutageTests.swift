import Documents
import Estate
import Rehearsals
import Testing
import Units

/// Servers that a provider does not launch for a time, although data is intact.
@Suite struct LaunchOutageTests {
  private static let snapshots =
    "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }"
  private static let backups =
    "backups: [ { vault: w, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 } } ]"

  private static func standby(_ kind: String) -> String {
    let provision = kind == "hotStandby" ? "" : ", provision: 20 min"
    return
      "disasterRecovery: { replication: { layer: storage, mode: sync, site: b, device: array-b }, "
      + "standby: { kind: \(kind), redirect: 2 min\(provision) } }"
  }

  private func report(
    _ disaster: String, _ strategy: String, recovery: String = "", vaults: [String] = [],
    hasThirdSite: Bool = false
  ) async throws -> DisasterReport {
    await SmallCase.run(
      try SmallCase.scenario(
        vaults: vaults, disasters: ["d: { \(disaster) }"], strategy: strategy, recovery: recovery,
        hasThirdSite: hasThirdSite)
    ).disasters[0]
  }

  private static let waits: [(launches: String, minutes: Int64)] = [
    ("launches: { unavailable: 8 h 11 min }", 565), ("launches: { unavailable: 5 min }", 80),
    ("launches: { unavailable: 7 min }", 81),
    ("launches: { unavailable: 3 h, sites: [a] }", 254),
    ("launches: { unavailable: 3 h, sites: [b] }", 80),
    ("launches: { unavailable: 3 h, region: west }", 254),
    ("launches: { unavailable: 3 h, region: east }", 80),
  ]

  /// AWS us-east-1, 20 October 2025: 8 h 11 min. 1 h for the server, 14 min until all is well.
  @Test(arguments: waits)
  func aNewServerWaitsUntilTheProviderLaunchesServersThere(launches: String, minutes: Int64) async throws {
    let report = try await report("cause: serverFailure, host: h, \(launches)", Self.snapshots)
    #expect(report.estimate.rto == .duration(.minutes(minutes)))
    #expect(report.drills.allSatisfy { $0.achievedRTO == .duration(.minutes(minutes)) })
  }

  private static let kinds: [(kind: String, minutes: Int64)] = [
    ("pilotLight", 485), ("warmStandby", 0), ("hotStandby", 0),
  ]

  /// Pilot light: 20 min to make servers after they can be launched; the others have theirs.
  @Test(arguments: kinds)
  func onlyAPilotLightWaits(kind: String, minutes: Int64) async throws {
    let disaster = "cause: serverFailure, host: h"
    let smooth = try await report(disaster, Self.standby(kind))
    let waiting = try await report("\(disaster), launches: { unavailable: 8 h 11 min }", Self.standby(kind))
    for (a, b) in zip(smooth.drills, waiting.drills) {
      let (a, b) = (try #require(a.achievedRTO.duration), try #require(b.achievedRTO.duration))
      #expect(b - a == .minutes(minutes))
      #expect(a >= .minutes(16))
    }
    let a = try #require(smooth.estimate.rto.duration)
    #expect(waiting.estimate.rto == .duration(a + .minutes(minutes)))
  }

  /// The DR site is in another region than the one whose control plane fails.
  @Test func aPilotLightInAnotherRegionDoesNotWait() async throws {
    let disaster = "cause: serverFailure, host: h"
    let smooth = try await report(disaster, Self.standby("pilotLight"))
    let elsewhere = try await report(
      "\(disaster), launches: { unavailable: 8 h 11 min, region: west }", Self.standby("pilotLight"))
    #expect(smooth.drills.map(\.achievedRTO) == elsewhere.drills.map(\.achievedRTO))
    #expect(smooth.estimate == elsewhere.estimate)
  }

  @Test func aSiteThatIsRebuiltWaitsAndDataIsIntact() async throws {
    let rebuild = "rebuild: { site: b, device: array-b, provision: 30 min }"
    let vault = "w: { device: store-b, capacity: 1 TiB, credentials: c }"
    let disaster = "cause: fire, site: a"
    let smooth = try await report(disaster, Self.backups, recovery: rebuild, vaults: [vault])
    let waiting = try await report(
      "\(disaster), launches: { unavailable: 5 h }", Self.backups, recovery: rebuild, vaults: [vault])
    for (a, b) in zip(smooth.drills, waiting.drills) {
      #expect(a.achievedRPO == b.achievedRPO)
      let (a, b) = (try #require(a.achievedRTO.duration), try #require(b.achievedRTO.duration))
      #expect(b - a == .hours(5) - .minutes(6))
    }
    let a = try #require(smooth.estimate.rto.duration)
    #expect(waiting.estimate.rto == .duration(a + .hours(5) - .minutes(6)))
  }

  /// A second disaster, when the first server is nearly there: its own one waits, counted from the second strike.
  @Test func aSecondDisasterCanStopLaunches() async throws {
    let disasters = [
      "first: { cause: serverFailure, host: h, followedBy: { disaster: second, after: 50 min } }",
      "second: { cause: serverFailure, host: h, launches: { unavailable: 2 h } }",
    ]
    let report = await SmallCase.run(
      try SmallCase.scenario(disasters: disasters, strategy: Self.snapshots)
    ).disasters[0]
    let minutes: Int64 = 50 + 120 + 74
    #expect(report.drills.allSatisfy { $0.achievedRTO == .duration(.minutes(minutes)) })
    #expect(report.estimate.rto == .duration(.minutes(minutes)))
  }

  // MARK: Several sites at once

  private static let copies =
    "disasterRecovery: { groups: { near: { layer: storage, mode: sync, site: b, device: array-b }, "
    + "far: { layer: storage, mode: async, site: c, device: array-c } }, standby: { kind: hotStandby, redirect: 2 min } }"

  /// Two of three zones are lost at once: the third one takes over, with what had come there.
  @Test func theLastOfThreeSitesTakesOver() async throws {
    let one = try await report("cause: fire, site: a", Self.copies, hasThirdSite: true)
    let two = try await report("cause: fire, sites: [a, b]", Self.copies, hasThirdSite: true)
    let all = try await report("cause: fire, sites: [a, b, c]", Self.copies, hasThirdSite: true)
    #expect(one.drills.allSatisfy { $0.achievedRPO == .duration(.zero) })
    #expect(
      two.drills.allSatisfy { $0.achievedRPO > .duration(.zero) && $0.achievedRPO < .duration(.minutes(1)) })
    #expect(two.drills.allSatisfy { $0.achievedRPOAtLeast <= two.estimate.rpo })
    #expect(two.drills.allSatisfy { $0.achievedRTO <= two.estimate.rto })
    #expect(all.drills.allSatisfy { $0.achievedRTO == .unrecoverable })
    #expect(all.estimate.rto == .unrecoverable)
  }

  // MARK: Reading

  @Test(arguments: [
    (
      "cause: serverFailure, host: h, launches: { unavailable: 1 h, region: north }",
      "no site lies in the region 'north'"
    ),
    (
      "cause: serverFailure, host: h, launches: { unavailable: 1 h, region: west, sites: [a] }",
      "'sites' and 'region' exclude each other"
    ),
    ("cause: serverFailure, host: h, launches: { unavailable: 0 s }", "'0 s' is out of range"),
    ("cause: serverFailure, host: h, launches: 8 h", "a mapping is expected here"),
    (
      "cause: maintenance, site: a, duration: 1 h, launches: { unavailable: 1 h }",
      "'launches' does not go with the cause 'maintenance'"
    ),
    ("cause: fire, sites: [a, a]", "a site is named twice"),
    ("cause: fire, site: b, sites: [a]", "'site' and 'sites' exclude each other"),
    ("cause: tsunami, sites: [a, b]", "no tsunami reaches 'a': it does not lie on a coast"),
    ("cause: powerOutage, sites: [a, b], duration: 1 h", "'sites' does not go with the cause 'powerOutage'"),
  ])
  func whatCannotBeMeantIsAnError(disaster: String, message: String) {
    do {
      _ = try SmallCase.scenario(disasters: ["d: { \(disaster) }"], strategy: Self.snapshots)
      Issue.record("read without a word")
    } catch {
      let messages = (error as? InputError)?.diagnostics.map(\.message) ?? []
      #expect(messages.contains { $0.hasPrefix(message) }, "\(messages)")
    }
  }
}
