import Documents
import Estate
import Units

extension Scenario {
  /// The cautions on log archives that a disaster destroys together with the data.
  var archivesBesideData: [Caution] {
    strategies.flatMap { strategy -> [Caution] in
      guard let archive = strategy.logArchive else { return [] }
      let vault = blueprint.vaults[archive.vault]
      return disasters.compactMap { disaster in
        guard let shared = sharedLoss(of: blueprint.devices[vault.device], vault.device, by: disaster) else {
          return nil
        }
        return Caution(
          message:
            "'\(disaster.name)' destroys the log archive '\(vault.name)' of '\(strategy.name)' with the data, in \(shared)",
          hint: "archive the log in a vault at another site: 'strategies.\(strategy.name).logArchive.vault'")
      }
    }
  }

  /// The place that a disaster destroys with an archive and a database; `nil` when it spares either.
  private func sharedLoss(of archive: Device, _ id: DeviceID, by disaster: Disaster) -> String? {
    let logs = blueprint.services.compactMap(\.database?.log).map { blueprint.volumes[$0].device }
    switch disaster.target {
    case .site, .sites:
      let isShared = logs.contains {
        blueprint.devices[$0].site == archive.site && disaster.sites.contains(archive.site)
      }
      guard isShared, disaster.cause != .powerOutage, disaster.cause != .maintenance else { return nil }
      return "site '\(blueprint.sites[archive.site].name)'"
    case .device(let device) where device == id && logs.contains(device) && disaster.cause != .failSlow:
      return "device '\(archive.name)'"
    case .volumes, .host, .device, .link, .connections, .volumesAndVaults: return nil
    }
  }
}
