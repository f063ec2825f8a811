import Planning
import Units

/// What a standby site that may take over by itself did in the drills of one disaster.
struct TakeoverFindings {
  let drills: Int
  /// In all drills.
  let falseAlarms: Int
  /// In how many drills two sites served at the same time.
  let splitBrains: Int
  let longestSplitBrain: Duration?
  /// At the scale of the run.
  let mostWritesApart: Int?

  /// `nil` where people decide.
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
