import History
import Units

/// The real protection by past backups, as Markdown, CSV, JSON and OpenMetrics.
public struct HistoryReport {
  let histories: [BackupHistory]

  public init(_ histories: [BackupHistory]) { self.histories = histories }

  // MARK: Markdown

  public var markdown: String {
    histories.map(section).joined(separator: "\n")
  }

  private func section(_ history: BackupHistory) -> String {
    var lines = ["# \(history.tool): \(history.source)", ""]
    let running = history.running.isEmpty ? "" : " and \(history.running.count) still running"
    lines.append(
      "\(history.runs.count) runs, \(history.failed.count) of them failed\(running); window \(history.window.lowerBound.toSecond) to "
        + "\(history.window.upperBound.toSecond).")
    lines += ["", "| what | value |", "|---|---|"]
    for (name, value) in facts(of: history) { lines.append("| \(name) | \(value) |") }
    lines.append("")
    lines.append(Self.sentence(on: history))
    for remark in history.remarks { lines.append("Note: \(remark).") }
    lines += Self.list(
      "Failed runs",
      history.failed.map { run in
        if case .failed(let reason) = run.outcome { return "\(run.start.toSecond) `\(run.name)`: \(reason)" }
        return run.name
      })
    lines += Self.list(
      "Overlapping runs",
      history.overlaps.map { earlier, later in
        "`\(later.name)` began at \(later.start.toSecond), before `\(earlier.name)` had ended"
          + (earlier.end.map { " at \($0.toSecond)" } ?? "")
      })
    return lines.joined(separator: "\n") + "\n"
  }

  /// The worst RPO with the two points that bound it.
  static func sentence(on history: BackupHistory) -> String {
    guard let worst = history.worst else {
      return "No usable backup protects any instant of the window."
    }
    let close =
      worst.after.map { "the end of `\($0.name)` at \(worst.end.toSecond)" }
      ?? "the window's end at \(worst.end.toSecond), with no usable backup in between"
    return "The worst RPO, \(worst.rpo.wholeSeconds), lies between the start of `\(worst.before.name)` at "
      + "\(worst.before.start.toSecond) and \(close)."
  }

  private func facts(of history: BackupHistory) -> [(String, String)] {
    let volume = history.volume
    func time(_ duration: Duration?) -> String { duration.map { $0.wholeSeconds } ?? "not known" }
    var facts = [
      ("worst RPO", time(history.worst?.rpo)),
      ("RPO at half of all instants, at most", time(history.typical)),
      ("RPO at 95 % of all instants, at most", time(history.high)),
      ("age of the newest usable backup", time(history.age)),
      ("time without any usable backup", history.unprotected.wholeSeconds),
      (
        "duration: median, 95 %, longest",
        [volume.durationMedian, volume.durationHigh, volume.durationMaximum].map(time).joined(separator: ", ")
      ),
      ("size of the newest", volume.size.map(Self.bytes) ?? "not known"),
      ("growth a day", volume.growthPerDay.map(Self.bytes) ?? "not known"),
      ("added to the store a day", volume.addedPerDay.map(Self.bytes) ?? "not known"),
      ("rate of the run that moved the most", volume.rate.map { Self.bytes($0) + "/s" } ?? "not known"),
      ("estimated restore time at that rate", time(volume.restore)),
    ]
    if let punctuality = history.punctuality {
      facts += [
        ("schedule", punctuality.schedule), ("slots missed", "\(punctuality.missed) of \(punctuality.slots)"),
        (
          "late: median, most",
          "\(punctuality.lateness.wholeSeconds), \(punctuality.latenessMaximum.wholeSeconds)"
        ),
        ("drift a run", punctuality.driftPerRun.wholeSeconds),
      ]
    }
    return facts
  }

  /// Returns a list, cut when long. The CSV has all of it.
  private static func list(_ title: String, _ items: [String]) -> [String] {
    guard !items.isEmpty else { return [] }
    let shown = items.suffix(50).map { "- \($0)" }
    let rest = items.count > 50 ? ["- and \(items.count - 50) before these"] : []
    return ["", "## \(title): \(items.count)", ""] + shown + rest
  }

  /// Returns a size to a tenth of the largest binary unit that fits.
  private static func bytes(_ count: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var unit = 0
    var scale: UInt64 = 1
    while unit + 1 < units.count, count.magnitude >= scale << 10 {
      scale <<= 10
      unit += 1
    }
    let tenths = unit == 0 ? count.magnitude * 10 : (count.magnitude / (scale / 1_024) * 10 + 512) / 1_024
    let fraction = tenths % 10 == 0 ? "" : ".\(tenths % 10)"
    return "\(count < 0 ? "-" : "")\(tenths / 10)\(fraction) \(units[unit])"
  }

  // MARK: CSV

  /// One row for each run.
  public var csv: String {
    let rows = histories.flatMap { history in history.runs.map { (history, $0) } }
    let table = CSVTable<(BackupHistory, BackupRun)>(columns: [
      .init(name: "tool", cell: { .text($0.0.tool) }), .init(name: "source", cell: { .text($0.0.source) }),
      .init(name: "name", cell: { .text($0.1.name) }), .init(name: "start", cell: { .instant($0.1.start) }),
      .init(name: "end", cell: { $0.1.end.map { .instant($0) } ?? .none }),
      .init(name: "duration_s", cell: { .seconds($0.1.duration) }),
      .init(
        name: "outcome",
        cell: { row in
          switch row.1.outcome {
          case .failed(let reason), .running(let reason): .text(reason)
          case .succeeded: .text("succeeded")
          }
        }),
      .init(name: "size_bytes", cell: { $0.1.size.map { .bytes(ByteCount($0)) } ?? .none }),
      .init(name: "added_bytes", cell: { $0.1.added.map { .bytes(ByteCount($0)) } ?? .none }),
    ])
    return table.text(of: rows)
  }
}

extension Instant {
  /// The instant without fractions of a second.
  var toSecond: String { "\(Instant(second: wholeSeconds))" }
}

extension Duration {
  /// The duration in whole seconds, or in milliseconds when shorter than one.
  var wholeSeconds: String {
    let unit: Int64 = nanoseconds.magnitude < 1_000_000_000 ? 1_000_000 : 1_000_000_000
    return Duration.nanoseconds(nanoseconds / unit * unit).description
  }
}
