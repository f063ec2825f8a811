import Estate
import ScenarioLanguage
import Units

/// Standbys that apply the log with a delay, and the mistakes that a promotion can leave out.
extension DisasterRecovery {
  /// Whether the copy of a service at a site can be promoted without a mistake in every case. People need at
  /// most their longest time to notice it.
  package func outlasts(
    _ disaster: Disaster, of service: Service, at site: SiteID, in scenario: Scenario
  ) -> Bool {
    guard disaster.isMistake, let delay = applyDelay(of: service, at: site, in: scenario.blueprint) else {
      return false
    }
    return delay > disaster.dwell + (disaster.detect ?? scenario.people.detect).longest
  }

  /// Whether the copy of a service can be promoted without a mistake if people notice the outage at once.
  func mayOutlast(
    _ disaster: Disaster, of service: Service, at site: SiteID, in scenario: Scenario
  ) -> Bool {
    guard disaster.isMistake, let delay = applyDelay(of: service, at: site, in: scenario.blueprint) else {
      return false
    }
    return delay > disaster.dwell
  }

  /// The delay with which the copy of a service applies its log; `nil` without a delay or a log.
  private func applyDelay(of service: Service, at site: SiteID, in blueprint: Blueprint) -> Duration? {
    groups(at: site).first { policy in
      policy.mode.isApplication && policy.applyDelay > .zero
        && service.volumes.allSatisfy(policy.volumes(of: blueprint).contains)
    }?.applyDelay
  }
}
