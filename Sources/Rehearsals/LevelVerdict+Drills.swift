import Statistics
import Units

extension LevelVerdict {
  /// Judges the drills of one objective.
  ///
  /// - Parameter verdict: of a drill.
  init?(_ drills: [Drill], at level: Ratio, by verdict: (Drill) -> Verdict) {
    let verdicts = drills.map(verdict)
    self.init(
      met: verdicts.count { $0 == .met }, unresolved: verdicts.count { $0 == .unresolved }, of: drills.count,
      level: level)
  }
}

extension StrategyReport {
  /// The level verdict of the worst disaster; `nil` when nothing was rehearsed.
  public var level: LevelVerdict? {
    disasters.compactMap(\.level).reduce(nil) { worst, next in
      worst.map { next.isWorse(than: $0) ? next : $0 } ?? next
    }
  }
}
