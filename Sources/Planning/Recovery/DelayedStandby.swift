import Estate
import Units

/// Standbys that apply the log with a delay, and the mistakes that they can leave out.
extension DisasterRecovery {
  /// Whether the copy of a service at a site can be promoted without a mistake, however long people need to notice it.
  package func outlasts(
    _ disaster: Disaster, of service: Service, at site: SiteID, in scenario: Scenario
  ) -> Bool {
    guard disaster.isMistake, let delay = applyDelay(of: service, at: site, in: scenario.blueprint) else {
      return false
    }
    return delay > disaster.dwell + (disaster.detect ?? scenario.people.detect).longest
  }

  /// Whether people who notice a mistake at once can have the copy of a service promoted without it.
  func mayOutlast(
    _ disaster: Disaster, of service: Service, at site: SiteID, in scenario: Scenario
  ) -> Bool {
    guard disaster.isMistake, let delay = applyDelay(of: service, at: site, in: scenario.blueprint) else {
      return false
    }
    return delay > disaster.dwell
  }

  /// How late the copy of a service applies its log; `nil` where it does so at once, or has none.
  private func applyDelay(of service: Service, at site: SiteID, in blueprint: Blueprint) -> Duration? {
    groups(at: site).first { policy in
      policy.mode.isApplication && policy.applyDelay > .zero
        && service.volumes.allSatisfy(policy.volumes(of: blueprint).contains)
    }?.applyDelay
  }
}
