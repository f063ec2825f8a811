extension ScenarioChecks {
  /// Checks that the services with a share of the data's value exist.
  mutating func checkServiceWeights() {
    let names = blueprint.services.map(\.name)
    for weight in scenario.costs.penalties?.services ?? [] where !names.contains(weight.service) {
      report(
        ["costs", "penalties", "services", weight.service], "there is no service '\(weight.service)'",
        hint: names.suggestion(for: weight.service, noun: "services"))
    }
  }
}
