extension ScenarioChecks {
  /// Checks that everything the scenario certainly uses has a price.
  mutating func checkPrices() {
    var pricing = Pricing(scenario.prices)
    _ = pricing.statement(Metering(scenario: scenario).foreseen)
    report(pricing.diagnostics { "the \($0.subject) needs it" })
  }
}
