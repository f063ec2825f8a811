import Documents
import Estate
import Units

/// A group of services that are restored before those of later tiers.
public struct ServiceTier: Hashable, Sendable {
  public var name: String
  /// The longest acceptable time until every service of the tier is back; `nil` without an objective of its own.
  public var rto: Duration?
  /// The names of the tier's services, in the scenario's order.
  public var services: [String]

  package init(name: String, rto: Duration? = nil, services: [String] = []) {
    self.name = name
    self.rto = rto
    self.services = services
  }
}

extension Shape<ServiceTier> {
  static let tierDeclaration = mapping(
    "A tier of services. Services of an earlier tier are restored first, after the services that they depend on.",
    .name,
    Field<Duration?>(
      optional: "rto", .positiveDuration,
      "The longest acceptable time until every service of the tier is back; by default only 'objectives.rto' applies."
    )
  ) { ServiceTier(name: $0, rto: $1) }
}

extension [ServiceTier] {
  /// Returns the tiers with their services.
  package func holding(_ services: [ServiceDeclaration]) -> [ServiceTier] {
    enumerated().map { place, tier in
      var tier = tier
      tier.services = services.filter { $0.tier == place }.map(\.service.name)
      return tier
    }
  }
}

extension Scenario {
  /// Returns the name of a service's tier; `nil` without one.
  package func tier(of service: ServiceID) -> String? {
    let name = blueprint.services[service].name
    return objectives.tiers.first { $0.services.contains(name) }?.name
  }

  /// The number of groups of services to which users are redirected separately, at least one.
  package var redirectCount: Int {
    Swift.max(1, Set(blueprint.services.indices.map { tier(of: ServiceID($0)) }).count)
  }

  /// Returns services by tier, those without a tier last, otherwise in the order given.
  package func byTier(_ services: [ServiceID]) -> [ServiceID] {
    guard !objectives.tiers.isEmpty else { return services }
    let ranks = services.map { service in
      let name = blueprint.services[service].name
      return objectives.tiers.firstIndex { $0.services.contains(name) } ?? objectives.tiers.count
    }
    return zip(services, ranks).enumerated()
      .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
  }
}

extension ScenarioChecks {
  /// Checks that every tier has services, and no objective that the entire system's makes meaningless.
  mutating func checkTiers() {
    for tier in scenario.objectives.tiers {
      if tier.services.isEmpty {
        report(
          ["tiers", tier.name], "no service is of the tier '\(tier.name)'",
          hint: "give a service 'tier: \(tier.name)', or remove the tier")
      }
      if let rto = tier.rto, rto > scenario.objectives.rto {
        report(
          ["tiers", tier.name, "rto"],
          "the tier '\(tier.name)' may take \(rto), but the entire system at most \(scenario.objectives.rto)",
          hint: "write at most 'rto: \(scenario.objectives.rto)', or a longer 'objectives.rto'")
      }
    }
  }
}
