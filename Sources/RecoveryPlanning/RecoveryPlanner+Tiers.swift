import Estate
import Statistics
import Units

/// The redirection of users to services, tier by tier.
extension RecoveryPlanner {
  /// Plans the redirection of users to each tier once its services are verified, or to all services together.
  ///
  /// - Returns: the steps by tier; `nil` names the services without one.
  mutating func planRedirects(
    of verified: [(service: ServiceID, step: Int)], after checked: [Int], by redirect: Distribution?,
    into runbook: inout Runbook
  ) -> [String?: Int] {
    guard let redirect else { return [:] }
    var steps: [String?: Int] = [:]
    for tier in scenario.objectives.tiers.map(\.name) + [nil] as [String?] {
      let own = verified.filter { scenario.tier(of: $0.service) == tier }.map(\.step)
      if own.isEmpty { continue }
      let time = draws.draw(redirect, tier.map { "redirect \($0)" } ?? "redirect")
      steps[tier] = runbook.add(
        .redirect, tier ?? "organisation", after: checked.isEmpty ? own : checked, .wait(time))
    }
    return steps
  }
}
