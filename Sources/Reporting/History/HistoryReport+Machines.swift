import Documents
import History
import Units

/// The forms that programs read.
extension HistoryReport {
  public var json: String { JSON.object([("histories", .array(histories.map(Self.object)))]).text() + "\n" }

  private static func object(_ history: BackupHistory) -> JSON {
    let volume = history.volume
    return .object([
      ("tool", .string(history.tool)), ("source", .string(history.source)),
      ("window_start", .string("\(history.window.lowerBound)")),
      ("window_end", .string("\(history.window.upperBound)")),
      ("runs", .integer(Int64(history.runs.count))), ("failed_runs", .integer(Int64(history.failed.count))),
      ("overlapping_runs", .integer(Int64(history.overlaps.count))),
      ("worst_rpo_s", seconds(history.worst?.rpo)), ("worst", history.worst.map(gap) ?? .null),
      ("typical_rpo_s", seconds(history.typical)), ("p95_rpo_s", seconds(history.high)),
      ("age_s", seconds(history.age)), ("unprotected_s", seconds(history.unprotected)),
      ("duration_median_s", seconds(volume.durationMedian)), ("duration_p95_s", seconds(volume.durationHigh)),
      ("duration_maximum_s", seconds(volume.durationMaximum)), ("size_bytes", number(volume.size)),
      ("growth_bytes_per_day", number(volume.growthPerDay)),
      ("added_bytes_per_day", number(volume.addedPerDay)),
      ("rate_bytes_per_s", number(volume.rate)), ("restore_estimate_s", seconds(volume.restore)),
      ("schedule", history.punctuality.map { .string($0.schedule) } ?? .null),
      ("missed_slots", number(history.punctuality.map { Int64($0.missed) })),
      ("lateness_median_s", seconds(history.punctuality?.lateness)),
      ("lateness_maximum_s", seconds(history.punctuality?.latenessMaximum)),
      ("drift_per_run_s", seconds(history.punctuality?.driftPerRun)),
      ("notes", .array(history.remarks.map(JSON.string))),
    ])
  }

  private static func gap(_ gap: BackupHistory.Gap) -> JSON {
    .object([
      ("before", point(gap.before)), ("after", gap.after.map(point) ?? .null), ("end", .string("\(gap.end)")),
    ])
  }

  private static func point(_ run: BackupRun) -> JSON {
    .object([
      ("name", .string(run.name)), ("start", .string("\(run.start)")),
      ("end", run.end.map { .string("\($0)") } ?? .null),
    ])
  }

  private static func seconds(_ duration: Duration?) -> JSON {
    number(duration.map { $0.nanoseconds / 1_000_000_000 })
  }
  private static func number(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }

  // MARK: OpenMetrics

  /// OpenMetrics text, version 1.0: one family for each value, one sample for each source.
  public var openMetrics: String {
    let families: [(name: String, unit: String, help: String, value: (BackupHistory) -> Int64?)] = [
      ("rpo_worst", "seconds", "Worst RPO in the window.", { Self.whole($0.worst?.rpo) }),
      ("rpo_typical", "seconds", "RPO that half of all instants stay below.", { Self.whole($0.typical) }),
      ("age", "seconds", "Time since the start of the newest usable backup.", { Self.whole($0.age) }),
      (
        "unprotected", "seconds", "Time in the window without any usable backup.",
        { Self.whole($0.unprotected) }
      ),
      ("duration_median", "seconds", "Median duration of a run.", { Self.whole($0.volume.durationMedian) }),
      ("restore_estimate", "seconds", "Estimated restore time.", { Self.whole($0.volume.restore) }),
      ("size", "bytes", "Size of the newest backup.", { $0.volume.size }),
      ("runs", "", "Runs in the list.", { Int64($0.runs.count) }),
      ("failed_runs", "", "Runs that failed.", { Int64($0.failed.count) }),
      (
        "overlapping_runs", "", "Runs that began before an earlier one had ended.",
        { Int64($0.overlaps.count) }
      ),
      (
        "missed_slots", "", "Slots of the schedule without a run.",
        { $0.punctuality.map { Int64($0.missed) } }
      ),
    ]
    var text = ""
    for family in families {
      let name = "firedrill_history_\(family.name)\(family.unit.isEmpty ? "" : "_\(family.unit)")"
      text += "# TYPE \(name) gauge\n"
      if !family.unit.isEmpty { text += "# UNIT \(name) \(family.unit)\n" }
      text += "# HELP \(name) \(family.help)\n"
      for history in histories {
        guard let value = family.value(history) else { continue }
        text += "\(name){tool=\"\(history.tool.inLabel)\",source=\"\(history.source.inLabel)\"} \(value)\n"
      }
    }
    return text + "# EOF\n"
  }

  private static func whole(_ duration: Duration?) -> Int64? {
    duration.map { $0.nanoseconds / 1_000_000_000 }
  }
}

extension String {
  /// The value of a label: backslash, quote and line feed are escaped.
  fileprivate var inLabel: String {
    map { character in
      switch character {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\n": "\\n"
      default: String(character)
      }
    }.joined()
  }
}
