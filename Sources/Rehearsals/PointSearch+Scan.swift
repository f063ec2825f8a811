import RecoveryPlanning
import Units

extension PointSearch {
  /// Returns the time to scan all bytes of the service at the strategy's rate.
  func scanTime(in context: RunbookExecution.Context) -> Duration {
    let volumes = context.scenario.blueprint.services[service].volumes.map {
      context.scenario.blueprint.volumes[$0]
    }
    let bytes = volumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    return context.strategy.recovery.scanRate.time(for: bytes)
  }
}
