import Assessment
import Estate
import Rehearsals
import Reporting
import ScenarioLanguage
import Statistics
import Testing
import Units

/// The choice of a strategy, with the reasons against others.
@Suite struct ChoiceTests {
  /// The small report with the deletion alone: both strategies come back, the cheaper one loses too much.
  private func sweep() throws -> SweepReport {
    var sweep = try SmallReport.sweep()
    for place in sweep.strategies.indices { sweep.strategies[place].disasters.removeLast() }
    return sweep
  }

  private func report() throws -> Report { try sweep().priced() }

  @Test func theCheapestThatIsFitIsTheAnswer() throws {
    let text = MarkdownReport(try report()).text
    #expect(
      text.contains(
        "Cheapest that meets both objectives in at least 95 % of the drills against every disaster that was rehearsed: "
          + "**replicated**, USD 384.19 a year (3 of 3 drills met both objectives)."))
    #expect(text.contains("Cheapest that recovers in every drill: **nightly**, USD "))
    #expect(text.contains("misses the RPO against `deletion`"))
    #expect(text.contains("**meets both objectives against every disaster at the least cost**"))
  }

  @Test func aMissThatTheLevelAllowsIsNoBreach() throws {
    var report = try report()
    report.scenario.objectives.level = .percent(60)
    let text = MarkdownReport(report).text
    #expect(text.contains("| met at 60 %, 66.6 % of drills |"))
    #expect(text.contains("met at 60 %, 66.6 % of drills **23 h** / "))
    #expect(
      text.contains(
        "**meets both objectives against every disaster at the least cost**; may miss an objective in 1 of 3 drills "
          + "against `deletion`"))
    report.scenario.objectives.level = .percent(67)
    #expect(MarkdownReport(report).text.contains("| **breached, 66.6 % met** |"))
  }

  @Test func withoutAFitStrategyTheNearestIsNamedWithItsEvidence() throws {
    let text = MarkdownReport(try SmallReport.report()).text
    #expect(
      text.contains(
        "No strategy meets both objectives in at least 95 % of the drills against every disaster; **replicated** comes nearest (4 of 6 drills met both objectives; least against `fire`, 33.3 %; unrecoverable in 1 drill)."
      ))
    #expect(text.contains("No strategy recovers in every drill; **replicated** fails in the fewest, 1 of 6."))
  }

  @Test func whatCostsLessOrLosesLessIsOnTheFront() throws {
    let comparison = Comparison(try report())
    #expect(comparison.front.map(\.strategy) == ["nightly", "replicated"])
    #expect(comparison.standings.allSatisfy { $0.dominatedBy == nil })
  }

  /// A third strategy that costs as much as the second and does as badly as the first.
  @Test func whatIsBeatenInAllThreeIsNot() throws {
    var report = try sweep()
    var third = report.strategies[1]
    third.strategy.name = "third"
    third.disasters = report.strategies[0].disasters
    report.strategies.append(third)
    let comparison = Comparison(try report.priced())
    #expect(comparison.front.map(\.strategy) == ["nightly", "replicated"])
    #expect(comparison.standings[2].dominatedBy == "nightly")
    #expect(
      MarkdownReport(try report.priced()).text.contains(
        "`nightly` costs no more and is no worse in RPO and RTO"))
  }

  /// A strategy that does not always recover is dominated by none, and is on no front while others do.
  @Test func whatDoesNotAlwaysComeBackIsOnNoFront() throws {
    var report = try SmallReport.sweep()
    report.strategies[0].disasters.removeLast()
    let comparison = Comparison(try report.priced())
    #expect(comparison.front.map(\.strategy) == ["nightly"])
    #expect(!comparison.isOnFront("replicated") && comparison.standings[1].dominatedBy == nil)
  }
}

/// The way back to production is told and paid for.
@Suite struct FailbackReportTests {
  private func report() throws -> Report {
    var report = try SmallReport.sweep()
    let start = SmallReport.day
    let timeline = [
      TimelineEntry(phase: .reprotect, subject: "production", start: start, end: start + .hours(24)),
      TimelineEntry(phase: .failback, subject: "group", start: start + .hours(24), end: start + .hours(25)),
    ]
    let returned = Failback.Returned(
      unprotectedWindow: .hours(26), resynchronization: .minutes(40), resynchronizedBytes: .gibibytes(3),
      downtime: .minutes(30), rpo: .zero, lostWrites: 0)
    let outcomes: [Failback.Outcome] = [
      .returned(returned), .failed("the link is gone"), .returned(returned),
    ]
    for (place, outcome) in outcomes.enumerated() {
      report.strategies[1].disasters[0].drills[place].failback = Failback(
        outcome: outcome, timeline: timeline, metered: Meters(report.scenario.blueprint))
    }
    report.strategies[1].strategy.disasterRecovery = DisasterRecovery(
      groups: [
        ReplicationPolicy(
          mode: .storage(.asynchronous), site: SiteID(1), device: DeviceID(1), bufferMaximum: .gibibytes(4),
          journalMaximum: .zero)
      ],
      standby: Standby(
        kind: .pilotLight, provision: try Distribution(.constant(.minutes(20))),
        redirect: try Distribution(.constant(.minutes(5)))))
    return try report.priced()
  }

  @Test func whoComesHomeIsToldWithTheUnprotectedWindow() throws {
    let text = MarkdownReport(try report()).text
    let row = try #require(text.split(separator: "\n").first { $0.contains("| 2 of 3 ") })
    let cells = row.split(separator: "|").map { cell in
      String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    #expect(cells == ["`deletion`", "2 of 3", "26 h", "40 min", "3 GiB", "30 min", "0 s"])
    #expect(text.contains("the services did not come home in 1 of 3 drills: the link is gone."))
  }

  /// 25 h of a medium server at 0.096 are 2.40, and half an hour of a crew of two at 80 is 80.00.
  @Test func serversThatStandInAndTheCrewArePaidUntilTheReturn() throws {
    let costs = try report().costs.strategies[1]
    let lines = try #require(costs.failbacks.first { $0.disaster == "deletion" }).statement.lines
    #expect(lines.map(\.usage.subject) == ["failback crew", "stand-in of db"])
    #expect(lines.map(\.cost.minorUnits) == [8_000, 240])
    #expect(costs.failbacks.count == 1)
    #expect(try report().costs.strategies[0].failbacks.isEmpty)
  }
}
