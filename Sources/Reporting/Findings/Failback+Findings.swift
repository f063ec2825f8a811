import Planning
import Units

/// What the ways back to production after one disaster came to.
struct FailbackFindings {
  /// Drills that went on after the recovery.
  let rehearsed: Int
  let returned: [Failback.Returned]
  /// Ways back that another disaster cut short.
  let struckAgain: Int
  /// Why others failed, and how many.
  private(set) var failures: [(reason: String, count: Int)] = []

  /// `nil` when none was rehearsed.
  init?(_ drills: [Drill]) {
    let outcomes = drills.compactMap { $0.failback?.outcome }
    guard !outcomes.isEmpty else { return nil }
    rehearsed = outcomes.count
    returned = outcomes.compactMap { if case .returned(let returned) = $0 { returned } else { nil } }
    struckAgain = outcomes.count { if case .struckAgain = $0 { true } else { false } }
    for case .failed(let reason) in outcomes {
      if let place = failures.firstIndex(where: { $0.reason == reason }) {
        failures[place].count += 1
      } else {
        failures.append((reason, 1))
      }
    }
  }

  var longestUnprotected: Duration? { returned.map(\.unprotectedWindow).max() }
  var longestResynchronization: Duration? { returned.map(\.resynchronization).max() }
  var mostResynchronized: ByteCount? { returned.map(\.resynchronizedBytes).max() }
  var longestDowntime: Duration? { returned.map(\.downtime).max() }
  var worstRPO: Duration? { returned.map(\.rpo).max() }
}
