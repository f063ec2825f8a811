import Estate
import ScenarioLanguage

/// The reason why a drill did not recover, in words. The state of the copies precedes the finding of the
/// recovery.
struct UnrecoverableReason {
  private let strategy: Strategy
  private let disaster: Disaster
  private let blueprint: Blueprint

  init(_ strategy: Strategy, _ disaster: Disaster, in scenario: Scenario) {
    self.strategy = strategy
    self.disaster = disaster
    blueprint = scenario.blueprint
  }

  /// Returns the finding of the recovery after its cause, or alone if it includes the cause.
  func wording(_ finding: String) -> String {
    guard finding.hasPrefix("no recovery point of") else { return finding }
    return cause(finding).map { "\($0): \(finding)" } ?? finding
  }

  private func cause(_ finding: String) -> String? {
    let isReplicated = strategy.disasterRecovery != nil
    switch disaster.target {
    case .volumes, .volumesAndVaults:
      guard strategy.hasCopies else {
        if appliesLate, disaster.isMistake {
          return "the mistake was noticed when the delayed standby had applied it, and there is no older copy"
        }
        return isReplicated
          ? "the damage was replicated, and there is no older copy" : "there is no copy at all"
      }
      if case .volumesAndVaults(_, let credentials) = disaster.target, finding.hasSuffix("survived") {
        return "every copy that \(credentials) opens was deleted"
      }
      return finding.hasSuffix("survived")
        ? "no copy was complete when the damage showed" : "every copy that is left holds the damage"
    case .device, .host, .site, .sites, .link, .connections:
      if !strategy.hasCopies, !isReplicated { return "there is no copy at all" }
      if strategy.backups.isEmpty, strategy.snapshots != nil, !isReplicated {
        return "local snapshots stand on the device that is lost"
      }
      return isReplicated && !strategy.hasCopies
        ? "the standby copy is lost too, or the first copy was not complete"
        : "every copy was lost with \(lost)"
    }
  }

  private var appliesLate: Bool {
    strategy.disasterRecovery?.groups.contains { $0.applyDelay > .zero } ?? false
  }

  private var lost: String { blueprint.name(of: disaster.target) }
}
