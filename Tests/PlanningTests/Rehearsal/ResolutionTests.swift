import Assessment
import Documents
import Estate
import Foundation
import Rehearsals
import ScenarioLanguage
import Storage
import Testing
import Units

/// The values that a scale must not change: bounds that hold the closed form, and costs and times that stay where they are.
@Suite struct ResolutionTests {
  /// 200 kB/s over 400 Mbit/s: between two snapshots 15 min apart 180 MB are written, which takes 3.6 s.
  private static func text(scale: Int) -> String {
    """
    title: What a scale must not change
    seed: 3
    scale: 1/\(scale)
    start: 2026-03-02T00:00:00Z
    warmUp: 6 h
    window: 1 d
    strikes: { spread: 50 }
    objectives: { rpo: 2 s, rto: 4 h }
    sites:
      here: { region: west, latitude: 50, longitude: 8 }
      there: { region: east, latitude: 48, longitude: 11 }
    links: { line: { between: [here, there], rate: 400 Mbit/s, latency: 1 ms } }
    devices:
      array: { site: here, kind: array, rate: 800 MB/s, latency: 500 us }
      copy: { site: there, kind: array, rate: 800 MB/s, latency: 500 us }
    hosts: { host: { site: here } }
    services:
      shop:
        host: host
        boot: 4 min
        appRecovery: 2 min
        verify: 5 min
        warmUp: 3 min
        volumes: { data: { device: array, size: 16 GiB, used: 50 %, workload: { rate: 200 kB/s } } }
    people: { detect: 1 min, declare: 2 min, decide: 3 min }
    disasters:
      fire: { cause: fire, site: here }
      deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % }
    strategies:
      snapshots:
        title: Hourly snapshots
        snapshots: { schedule: "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", retention: { count: 4 }, credentials: s }
        recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 0 s, scanRate: 200 MB/s }
      interval:
        title: The changes between two snapshots
        disasterRecovery:
          replication: { layer: storage, mode: interval, interval: 15 min, site: there, device: copy }
          standby: { kind: hotStandby, redirect: 2 min }
        recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 0 s, scanRate: 200 MB/s }
      checkpoints:
        title: A journal with a checkpoint every 5 s
        disasterRecovery:
          replication:
            { layer: hostIO, mode: async, checkpoint: 5 s, site: there, device: copy, journal: 20 GiB }
          standby: { kind: hotStandby, redirect: 2 min }
        recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 0 s, scanRate: 200 MB/s }
      synchronous:
        title: Both arrays hold every write
        disasterRecovery:
          replication: { layer: storage, mode: sync, site: there, device: copy }
          standby: { kind: hotStandby, redirect: 2 min }
        recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 0 s, scanRate: 200 MB/s }
    """
  }

  private static func report(scale: Int) async throws -> Report {
    let file = try ScenarioFile(
      SourceText(name: "resolution.yaml", text: text(scale: scale)))
    let sweep = Sweep(file.scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
    return try await sweep.run(jobs: 2).priced()
  }

  private func result(_ report: Report, _ strategy: String, _ disaster: String) throws -> DisasterReport {
    let found = try #require(report.strategies.first { $0.strategy.name == strategy })
    return try #require(found.disasters.first { $0.disaster.name == disaster })
  }

  /// A strategy against a disaster, and the mean loss that arithmetic gives it.
  private struct ClosedForm: Sendable {
    var strategy: String
    var disaster: String
    var mean: Duration
  }

  /// Periodic copy with interval T usable after x: mean T/2 + x. Stream with a checkpoint every c: mean c/2 + transfer.
  private static let closedForms = [
    ClosedForm(strategy: "snapshots", disaster: "deletion", mean: .minutes(30)),
    ClosedForm(strategy: "interval", disaster: "fire", mean: .milliseconds(453_600)),
    ClosedForm(strategy: "checkpoints", disaster: "fire", mean: .milliseconds(2_500)),
  ]

  private func expect(_ form: ClosedForm, in report: Report) throws {
    let result = try result(report, form.strategy, form.disaster)
    let lower = try #require(result.rpoAtLeast?.mean.interval?.lower?.duration)
    let upper = try #require(result.rpo?.mean.interval?.upper?.duration)
    let resolution = try #require(result.resolution)
    #expect(lower <= form.mean && form.mean <= upper, "\(form.strategy): \(lower) to \(upper)")
    #expect(resolution <= .milliseconds(1_002))
    let losses = result.drills.map(\.achievedRPO)
    #expect(!losses.contains(.duration(.zero)), "nothing asynchronous loses nothing")
  }

  @Test(arguments: [2_048, 65_536])
  func theMeanRPOHoldsItsClosedFormAtEveryScale(scale: Int) async throws {
    let report = try await Self.report(scale: scale)
    for form in Self.closedForms { try expect(form, in: report) }
    let synchronous = try result(report, "synchronous", "fire")
    let losses = Set(synchronous.drills.map(\.achievedRPO))
    #expect(losses == [.duration(.zero)], "both arrays hold every write")
    #expect(try result(report, "checkpoints", "fire").rpoVerdict == .breached)
  }

  @Test func timesAndCostsDoNotDependOnTheScale() async throws {
    let (fine, coarse) = (try await Self.report(scale: 2_048), try await Self.report(scale: 65_536))
    for (place, strategy) in fine.strategies.enumerated() {
      let costs = [fine, coarse].map { Double($0.costs.strategies[place].protection.minorUnits) }
      #expect(abs(costs[0] - costs[1]) <= 0.01 * costs[0] + 5, "\(strategy.strategy.name): \(costs)")
      for (a, b) in zip(strategy.disasters, coarse.strategies[place].disasters) {
        guard let a = a.rto?.mean.value.duration, let b = b.rto?.mean.value.duration else { continue }
        #expect(abs(a.seconds - b.seconds) <= 0.01 * a.seconds, "\(strategy.strategy.name): \(a), \(b)")
      }
    }
  }

  @Test func anObjectiveBetweenTheBoundsIsNeverAPass() {
    func verdict(_ least: Int64, _ most: Int64) -> Verdict {
      Verdict(
        of: .duration(.seconds(most)), atLeast: .duration(.seconds(least)), against: .seconds(2))
    }
    #expect(verdict(0, 2) == .met && verdict(0, 3) == .unresolved && verdict(2, 3) == .unresolved)
    #expect(verdict(3, 4) == .breached)
    #expect(Verdict(of: .unrecoverable, atLeast: .unrecoverable, against: .seconds(2)) == .unrecoverable)
    #expect(Verdict.unresolved > .met && Verdict.unresolved < .breached)
  }
}

/// The cutting of writes.
@Suite struct RefinementTests {
  private static let start = Instant(nanoseconds: 1_772_409_600_000_000_000)

  private func schedule(_ refinement: Refinement, flushInterval: Duration = .zero) -> WorkloadSchedule {
    let profile = WorkloadProfile(
      churn: .synthetic(
        SyntheticChurn(
          rate: .bytesPerSecond(50_000), diurnalSwing: .zero, weekendDrop: .zero, burstFactor: .one,
          burstShare: .zero,
          burstLength: .zero)), writeSize: .kibibytes(4), skew: .zero,
      sequentialShare: .zero, compressibility: .zero, flushInterval: flushInterval)
    let plan = VolumePlan(
      name: "data", service: ServiceID(0), device: DeviceID(0), size: .gibibytes(8), used: .percent(50),
      workload: profile)
    return WorkloadSchedule(
      volume: VolumeID(0), plan: plan, scale: Scale(denominator: 4_096), seed: 5, start: Self.start,
      end: Self.start + .hours(6), refinement: refinement)
  }

  /// 16 MiB a write, which takes 336 s; cuts every second for a minute, and on the minute.
  @Test func theNominalSizesOfTheCutWritesAddUpToThoseOfTheWhole() {
    let stretch = (Self.start + .hours(1))..<(Self.start + .hours(1) + .minutes(10))
    let cut = schedule(Refinement(points: [Self.start + .hours(3)], stretches: [stretch]))
    let whole = schedule(.none)
    #expect(cut.writeCount > whole.writeCount + 600)
    var written = ByteCount.zero
    var pages: [Int] = []
    for number in 1...cut.writeCount {
      written += cut.nominalSize(ofWrite: number)
      #expect(cut.nominalSize(ofWrite: number) >= .zero)
      if number > 1 { #expect(cut.issueInstant(ofWrite: number - 1) <= cut.issueInstant(ofWrite: number)) }
      guard written.bytes > 0, written.bytes % (16 << 20) == 0 else { continue }
      pages.append(cut.pages(ofWrite: number).lowerBound)
    }
    // Every whole write is there, to the byte, at the page where it goes without cuts.
    #expect(pages == (1...whole.writeCount).map { whole.pages(ofWrite: $0).lowerBound })
  }

  @Test(arguments: [Duration.zero, .seconds(30)])
  func acknowledgementsBeforeAPointAndAfterItAreToldApart(flushInterval: Duration) {
    let point = Self.start + .hours(2)
    let schedule = schedule(Refinement(points: [point]), flushInterval: flushInterval)
    let next = schedule.writeCount(through: point) + 1
    let (earliest, issued) = (
      schedule.acknowledgedAtEarliest(ofWrite: next), schedule.issueInstant(ofWrite: next)
    )
    #expect(issued - earliest <= .milliseconds(510), "\(issued - earliest)")
    #expect(earliest > point - .milliseconds(20))
  }
}
