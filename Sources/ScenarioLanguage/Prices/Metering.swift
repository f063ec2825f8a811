import Backup
import Estate
import Units

/// The conversion of a run's meters, which are at full size, into priced quantities.
package struct Metering {
  package let scenario: Scenario

  package init(scenario: Scenario) {
    self.scenario = scenario
  }

  package var blueprint: Blueprint { scenario.blueprint }

  /// A billing year: twelve months of 730 hours.
  package static let year = Duration.hours(8_760)
  static let month = Duration.hours(730)

  // MARK: Production

  /// The annual usage of production without protection: hosts, provisioned volumes and upkeep.
  package var production: [Usage] {
    let hosts = blueprint.hosts.map { host in
      Usage(
        .compute, of: "host \(host.name)", item: "compute.\(host.size).running", .seconds,
        Self.year * Int64(host.count))
    }
    let volumes = blueprint.volumes.map { volume in
      Usage(
        .storage, of: "volume \(volume.name)", item: storageItem(of: volume.device), .mebibyteHours,
        StoredTime(volume.size, for: Self.year).mebibyteHours)
    }
    return (hosts + volumes + upkeep(scenario.costs.production, of: "production", for: Self.year)).merged
  }

  // MARK: Protection

  /// Returns the usage of a strategy's copies in the metered part of the run, without disasters.
  package func metered(_ meters: Meters) -> [Usage] {
    (vaults(meters) + snapshots(meters) + traffic(meters)).merged
  }

  /// Returns the annual usage of a strategy without disasters. Metered usage is extended to a year; standby
  /// servers, copies, leased lines, staff and licences are fixed.
  package func steady(_ strategy: Strategy, _ meters: Meters, for time: Duration) -> [Usage] {
    let years = (Int128(Self.year.nanoseconds), Int128(time.nanoseconds))
    return
      (standby(of: strategy, for: Self.year) + metered(meters).map { $0.times(years.0, per: years.1) }
      + leases(meters, for: Self.year) + departures(of: strategy)
      + upkeep(strategy.upkeep, of: "protection", for: Self.year)).merged
  }

  private func vaults(_ meters: Meters) -> [Usage] {
    zip(blueprint.vaults, meters.vaults).flatMap { plan, meter in
      let subject = "vault \(plan.name)"
      return [
        Usage(
          .storage, of: subject, item: storageItem(of: plan.device), .mebibyteHours,
          meter.stored.mebibyteHours)
      ] + requests(meter, to: subject)
    }
  }

  private func requests(_ meter: VaultMeter, to subject: String) -> [Usage] {
    [
      Usage(.requests, of: subject, item: "requests.put", .requests, meter.puts),
      Usage(.requests, of: subject, item: "requests.list", .requests, meter.lists),
      Usage(.requests, of: subject, item: "requests.get", .requests, meter.gets),
      Usage(.requests, of: subject, item: "requests.other", .requests, meter.others),
    ]
  }

  private func snapshots(_ meters: Meters) -> [Usage] {
    [
      Usage(
        .storage, of: "local snapshots", item: "storage.snapshot", .mebibyteHours,
        meters.snapshots.mebibyteHours)
    ]
  }

  /// Returns the traffic over links by kind, and the traffic of vaults within their site.
  private func traffic(_ meters: Meters) -> [Usage] {
    let links = zip(blueprint.links, meters.linkBytes).map { link, bytes in
      Usage(
        .traffic, of: "link \(link.name)", item: trafficItem(of: link), .bytes,
        bytes.bytes)
    }
    let crossed = meters.linkBytes.reduce(ByteCount.zero, +)
    let all = meters.vaults.reduce(ByteCount.zero) { $0 + $1.bytesPut + $1.bytesGot }
    return links + [
      Usage(
        .traffic, of: "vaults and hosts of one site", item: "traffic.withinSite", .bytes,
        max(.zero, all - crossed).bytes)
    ]
  }

  /// Returns the monthly upkeep over a time.
  package func upkeep(_ upkeep: Upkeep, of subject: String, for time: Duration) -> [Usage] {
    let months = (Int128(time.nanoseconds), Int128(Self.month.nanoseconds))
    let staff = Usage(.staff, of: subject, item: "staff.engineer", .seconds, upkeep.staff)
      .times(months.0, per: months.1)
    let licences = upkeep.licences.map {
      Usage(.licences, of: subject, item: "licence.\($0.name)", .seconds, time).times(
        Int128($0.count), per: 1)
    }
    let fixed = upkeep.fixed.map {
      Usage(.fixed, of: subject, item: "fixed.\($0.name)", .seconds, time).times(Int128($0.count), per: 1)
    }
    return [staff] + licences + fixed
  }

  // MARK: Names in the price book

  func storageItem(of device: DeviceID) -> String { "storage.\(blueprint.devices[device].kind.rawValue)" }

  func trafficItem(of link: Link) -> String {
    let isWithinRegion = blueprint.sites[link.ends[0]].region == blueprint.sites[link.ends[1]].region
    return "traffic.\(link.tariff ?? (isWithinRegion ? "betweenZones" : "betweenRegions"))"
  }

  /// Returns the price item of a link with a tariff of its own.
  func leaseItem(of link: Link) -> String { "lease.\(link.tariff ?? "")" }

  /// Returns the requests and the traffic.
  package func sent(_ meters: Meters) -> [Usage] {
    vaults(meters).filter { $0.component != .storage } + traffic(meters)
  }
}

extension Usage {
  package init(
    _ component: CostComponent, of subject: String, item: String, _ measure: Measure, _ time: Duration
  ) {
    self.init(
      component, of: subject, item: item, measure,
      Int64(Int128(time.nanoseconds).roundedQuotient(1_000_000_000)))
  }
}

extension StoredTime {
  /// The quantity rounded to the nearest mebibyte hour.
  var mebibyteHours: Int64 {
    Int64(clamping: byteNanoseconds.roundedQuotient(Int128(1 << 20) * 3_600_000_000_000))
  }
}
