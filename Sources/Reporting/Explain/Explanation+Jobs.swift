import Units

/// The reasons behind jobs that failed and drills that did not recover.
extension Explanation {
  static func failures(_ path: ReportPath) -> [String] {
    let protection = path.nearest("backup_failures")
    let reasons = (protection?["backup_failures"]?.items ?? []).map {
      "  \(($0["backups"]?.number ?? 0).of("backup")): \($0["reason"]?.text ?? "")"
    }
    return reasons.isEmpty
      ? ["No backup failed in the whole run."]
      : ["In the whole run, without a disaster; a failed backup leaves no recovery point:"] + reasons
  }

  static func skipped(_ path: ReportPath) -> [String] {
    [
      "Backups of the schedule that did not begin since the one before was still running; the longest took "
        + "\(path.nearest("longest_backup_ns")?["longest_backup_ns"]?.number.map { Duration(nanoseconds: $0).forReading } ?? "no time")."
    ]
  }

  static func unrecoverable(_ path: ReportPath) -> [String] {
    guard let disaster = path.nearest("unrecoverable_reasons") else { return plain(path) }
    let reasons = (disaster["unrecoverable_reasons"]?.items ?? []).map {
      "  \(($0["drills"]?.number ?? 0).of("drill")): \($0["reason"]?.text ?? "")"
    }
    return [
      "Of \((disaster["drills"]?.number ?? 0).of("drill")) \((disaster["met_drills"]?.number ?? 0).grouped) met both objectives and "
        + "\((disaster["unrecoverable_drills"]?.number ?? 0).grouped) brought nothing usable back."
    ] + reasons
  }
}
