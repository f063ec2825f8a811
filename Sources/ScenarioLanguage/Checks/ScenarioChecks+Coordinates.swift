extension ScenarioChecks {
  /// Checks that all sites have coordinates if a disaster has a centre. A default would silently spare the
  /// site.
  mutating func checkCoordinates() {
    guard let disaster = scenario.disasters.first(where: { $0.area != nil }) else { return }
    for site in scenario.blueprint.sites {
      let path = ["sites", site.name]
      let missing = ["latitude", "longitude"].filter { !says($0, at: path) }
      guard !missing.isEmpty else { continue }
      let keys = missing.map { "'\($0)'" }.joined(separator: " and ")
      report(
        path,
        "the site '\(site.name)' has no \(keys), and the disaster '\(disaster.name)' is given by its centre",
        hint: "add \(keys) in degrees, or give the disaster a 'site'")
    }
  }
}
