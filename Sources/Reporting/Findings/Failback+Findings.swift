import Rehearsals
import Units

/// The results of the failbacks after one disaster.
struct FailbackFindings {
  /// The number of drills that included the failback.
  let rehearsed: Int
  let returned: [Failback.Returned]
  /// The number of failbacks interrupted by another disaster.
  let struckAgain: Int
  /// The reasons of other failures and their numbers.
  private(set) var failures: [(reason: String, count: Int)] = []

  /// Creates the findings; `nil` when no failback was rehearsed.
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
