import Estate
import RecoveryPlanning
import Units

/// Runbooks whose services start before all of their data is in place.
extension RunbookExecution {
  /// Whether a restore only reads the first share before its service starts. A scan needs all data.
  func isInstant(_ search: PointSearch, from option: RecoveryOption, _ context: Context) -> Bool {
    context.strategy.recovery.instant != nil && option.isInVault && !search.needsScan
  }

  /// Takes the end of a restore that belongs to an instant restore; returns `false` for another.
  mutating func instantRestoreEnded(
    _ activity: ActivityID, _ ending: RestoreEnding, in world: inout World, context: Context
  ) throws(RecoveryPlanner.Impossible) -> Bool {
    guard let policy = context.strategy.recovery.instant else { return false }
    if let pause = try instant.demandEnded(activity, ending, in: world) {
      world.setTimer(demandToken, after: pause)
      return true
    }
    if try instant.backgroundEnded(activity, ending, in: world) {
      instant.start(atOnce: context.strategy.recovery.concurrentRestores, in: &world)
      return true
    }
    switch instant.firstReadEnded(activity, ending, share: policy.firstRead, in: &world) {
    case nil: return false
    case .another: break
    case .failed(let step, let search):
      try restoreNext(search.withoutCurrent, step, in: &world, context: context)
    case .read(let step, let search):
      let isRepeated = try adoptRead(search, step, in: &world, context: context)
      if !isRepeated { startRest(in: &world, context: context) }
    }
    return true
  }

  /// Starts to copy the rest once every service has its first share.
  private mutating func startRest(in world: inout World, context: Context) {
    guard hasRestoredAll else { return }
    instant.start(atOnce: context.strategy.recovery.concurrentRestores, in: &world)
    world.setTimer(demandToken, after: .seconds(1))
  }

  /// Reads the next page on demand.
  mutating func demand(in world: inout World, context: Context) {
    instant.demand(
      in: &world,
      stream: RandomStream(seed: context.scenario.seed, stream: "pages on demand", index: UInt32(attempt)))
  }
}
