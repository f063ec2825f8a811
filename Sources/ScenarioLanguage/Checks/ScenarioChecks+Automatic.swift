import Estate
import Units

extension ScenarioChecks {
  /// Checks that an automatic failover can decide whether it may take over.
  mutating func check(_ automatic: AutomaticFailover, of recovery: DisasterRecovery, at path: [String]) {
    let sites = recovery.groups.map(\.site).reduce(into: [SiteID]()) { if !$0.contains($1) { $0.append($1) } }
    if let witness = automatic.witness {
      check(witness, beside: sites, at: path + ["witness"])
    } else {
      checkDecidingAlone(among: sites, at: path)
    }
  }

  /// Checks that the witness is not lost together with one of the sites.
  private mutating func check(_ witness: SiteID, beside sites: [SiteID], at path: [String]) {
    let others = [productionSite].compactMap { $0 } + sites
    if others.contains(witness) {
      let third = blueprint.sites.indices.map(SiteID.init).filter { !others.contains($0) }.map(name)
      return report(
        path, "the witness '\(name(witness))' is one of the sites that it has to judge",
        hint: third.isEmpty ? "add a third site" : "name a third site: \(third.joined(separator: ", "))")
    }
    for site in others {
      checkLink(from: site, to: witness, at: path, purpose: "hear the witness")
    }
  }

  private mutating func checkDecidingAlone(among sites: [SiteID], at path: [String]) {
    if sites.count > 1 {
      report(
        path, "\(sites.count) sites hold copies, and nobody says which of them takes over",
        hint: "add 'witness': a site that is joined with all of them")
    }
    if let service = blueprint.services.first(where: { $0.database != nil }) {
      report(
        path,
        "without a witness two sites can serve '\(service.name)' at once, and the transactions of a database "
          + "cannot be divided between them",
        hint: "add 'witness': a third site that is joined with both")
    }
  }
}
