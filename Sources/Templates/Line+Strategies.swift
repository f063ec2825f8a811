/// The frequency of an action, as an RRULE.
enum Pace: String {
  case nightly = "FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0"
  case fourHourly = "FREQ=HOURLY;INTERVAL=4;BYMINUTE=0;BYSECOND=0"
  case hourly = "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0"
  case tenMinutes = "FREQ=MINUTELY;INTERVAL=10;BYSECOND=0"
}

extension Line {
  static func title(_ text: String) -> Line { Line("title: \(text)") }

  static func snapshots(_ pace: Pace, count: Int, _ comment: String = "") -> Line {
    Line("snapshots: { schedule: \(pace.rawValue), retention: { count: \(count) } }", comment)
  }

  /// Returns the backups in the order of the list.
  static func backups(_ backups: String...) -> Line {
    Line("backups: [\(backups.joined(separator: ", "))]")
  }

  static func rebuild(at site: String) -> Line {
    Line("recovery: { rebuild: { site: \(site), device: \(site)-array } }")
  }

  static func replication(_ words: String, to site: String, standby: String) -> Line {
    Line(
      "disasterRecovery: { replication: { \(words), site: \(site), device: \(site)-array }, "
        + "standby: { \(standby) } }")
  }
}

/// Returns the text of a backup of a strategy.
func backup(to vault: String, _ pace: Pace, _ retention: String, _ more: String = "") -> String {
  "{ vault: \(vault), schedule: \(pace.rawValue), retention: { \(retention) }\(more.isEmpty ? "" : ", \(more)") }"
}
