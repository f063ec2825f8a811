import Planning
import Units

extension MarkdownReport {
  /// How the services came home after a failover; `nil` when no drill went on so far.
  func failback(_ disaster: DisasterReport) -> String? {
    guard let summary = FailbackSummary(of: disaster.drills) else { return nil }
    let home = summary.returned.count
    var text = "**The way back**: \(home.grouped) of \(summary.count.of("drill")) came home"
    if home > 0 {
      text +=
        summary.mostLostWrites == 0
        ? ", and the planned move lost nothing in any."
        : ", and the planned move lost up to \(summary.mostLostWrites.of("write")), "
          + "\(summary.worstRPO.forReading) old."
      text += "\n\n" + table(summary)
    } else {
      text += "."
    }
    let lines = summary.failures.map { reason, count in
      "- \(Markdown.escaped(reason)): \(count.grouped) of \(summary.count.of("drill"))"
    }
    return lines.isEmpty ? text : text + "\n\nThe others did not:\n\n" + lines.joined(separator: "\n")
  }

  private func table(_ summary: FailbackSummary) -> String {
    let bytes = summary.mostResynchronizedBytes.forReading
    return Markdown.table(
      ["", "p50", "worst"],
      [
        [
          "unprotected window, from the outage until a copy was in sync again",
          summary.unprotectedWindow.p50.forReading, summary.unprotectedWindow.maximum.forReading,
        ],
        [
          "downtime of the move home", summary.downtime.p50.forReading, summary.downtime.maximum.forReading,
        ],
        [
          "resynchronization of the production site", "",
          "\(summary.longestResynchronization.forReading), \(bytes)",
        ],
      ])
  }
}
