import Rehearsals
import Units

extension ReportContent {
  /// Returns a table of the failbacks by disaster; `nil` when none was rehearsed.
  func failbacks(_ strategy: StrategyReport) -> Table? {
    func time(_ time: Duration?) -> Cell { .time(time.map { .duration($0) }) }
    let rows = strategy.disasters.compactMap { disaster -> [Cell]? in
      guard let findings = FailbackFindings(disaster.drills) else { return nil }
      return [
        .name(disaster.disaster.name),
        Cell("\(findings.returned.count) of \(findings.rehearsed)", key: Int64(findings.returned.count)),
        time(findings.longestUnprotected), time(findings.longestResynchronization),
        findings.mostResynchronized.map { Cell(Prose($0.forReading), key: $0.bytes) } ?? .none,
        time(findings.longestDowntime), time(findings.worstRPO),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "The way back to production, in the worst drill of each",
      [
        .words("disaster"), .number("came home"), .number("unprotected window"), .number("resynchronised in"),
        .number("sent"), .number("down for the move"), .number("lost by the move"),
      ], rows)
  }

  /// Explains failbacks that did not succeed.
  func neverHome(_ disaster: DisasterReport) -> [Prose] {
    guard let findings = FailbackFindings(disaster.drills) else { return [] }
    let failures = findings.failures.map { reason, count -> Prose in
      "\(name: disaster.disaster.name), the services did not come home in \(count) of \(findings.rehearsed.of("drill")): \(reason)."
    }
    let again: [Prose] =
      findings.struckAgain == 0
      ? []
      : [
        "\(name: disaster.disaster.name), another disaster came before the way back in \(findings.struckAgain) of "
          + "\(findings.rehearsed.of("drill"))."
      ]
    return failures + again
  }
}
