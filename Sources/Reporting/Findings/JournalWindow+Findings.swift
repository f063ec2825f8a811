import Documents
import Estate
import Rehearsals
import Units

extension JournalWindow {
  /// The word in reports: `kept`, `violated`, or empty when no history is required.
  var historyWord: String {
    isViolated.map { $0 ? "violated" : "kept" } ?? ""
  }
}

extension DisasterReport {
  /// The shortest journal window of any drill, violated if it was in any.
  var shortestJournalWindow: JournalWindow? {
    let windows = drills.compactMap(\.journalWindow)
    return windows.first(where: { $0.isViolated == true })
      ?? windows.min { ($0.length ?? .zero) < ($1.length ?? .zero) }
  }
}

extension JSONReport {
  /// Returns the reach of the journal and whether it meets the required history; `null` without a journal.
  func journalHistory(_ window: JournalWindow?) -> JSON {
    guard let window else { return .null }
    return .object([
      ("window_ns", .duration(window.length)),
      ("wanted_ns", .duration(window.wanted)),
      ("is_violated", window.isViolated.map { .boolean($0) } ?? .null),
    ])
  }
}
