import Units

/// The parts of estimates that come from an archived log.
extension Explanation {
  /// Whether the strategy archives the databases' logs.
  static func archivesLog(_ path: ReportPath) -> Bool {
    !settings(path) { $0.contains(".logArchive.") }.isEmpty
  }

  static var archivedLoss: String {
    "With 'logArchive' and a restored database: none where the log's volume is intact; the time for which a mistake was hidden; "
      + "else one 'interval' (continuous: the time between two transactions of the run) + the time to send what is logged in it, "
      + "one segment after the other, beside the transfers of a base backup."
  }

  static var archivedTime: String {
    "With 'logArchive' the log behind the restored base is replayed: the age of the base, which is the loss without the log, times "
      + "'replayPerHour', or the most that is logged in it / 'replayRate'; or the time to fetch it, where that is longer."
  }
}
