import Estate
import Planning
import Units

extension JournalWindow {
  /// The word in reports: `kept`, `violated`, or empty when no history is asked for.
  var historyWord: String {
    isViolated.map { $0 ? "violated" : "kept" } ?? ""
  }
}

extension DisasterReport {
  /// The shortest journal window of any drill, violated when it was in any.
  var shortestJournalWindow: JournalWindow? {
    let windows = drills.compactMap(\.journalWindow)
    return windows.first(where: { $0.isViolated == true })
      ?? windows.min { ($0.length ?? .zero) < ($1.length ?? .zero) }
  }
}

extension JSONReport {
  /// How far the journal reached back, and whether that is the history asked for; `null` without a journal.
  func journalHistory(_ window: JournalWindow?) -> JSON {
    guard let window else { return .null }
    return .object([
      ("window_ns", .duration(window.length)),
      ("wanted_ns", .duration(window.wanted)),
      ("is_violated", window.isViolated.map { .boolean($0) } ?? .null),
    ])
  }
}
