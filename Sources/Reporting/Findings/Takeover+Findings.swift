import Rehearsals
import Units

/// The behaviour of automatic failover in the drills of one disaster.
struct TakeoverFindings {
  let drills: Int
  /// The number of false alarms in all drills.
  let falseAlarms: Int
  /// The number of drills in which two sites served at the same time.
  let splitBrains: Int
  let longestSplitBrain: Duration?
  /// The largest number of writes on the other side, at the scale of the run.
  let mostWritesApart: Int?

  /// Creates the findings; `nil` where people decide.
  init?(_ drills: [Drill]) {
    let takeovers = drills.compactMap(\.takeover)
    guard !takeovers.isEmpty else { return nil }
    self.drills = takeovers.count
    falseAlarms = takeovers.reduce(0) { $0 + $1.falseAlarms }
    let splits = takeovers.compactMap(\.splitBrain)
    splitBrains = splits.count
    longestSplitBrain = splits.map(\.duration).max()
    mostWritesApart = splits.map(\.writesApart).max()
  }
}
