import Estate
import ScenarioLanguage
import Units

extension ReportContent {
  /// The section of values that the scenario states and the rehearsal does not measure.
  var assumptions: Section {
    let tables =
      [disasterTable, people, services, recovery]
      + [stumbles, cleanRooms, logArchives, replication].compactMap { $0 } + [
        devices, volumes,
      ]
      + [defaults].compactMap { $0 }
    return Section(
      id: "assumptions", name: "Assumptions",
      blocks: [
        .paragraph(strikes)
      ] + [misses].compactMap { $0 }.map { .paragraph($0) } + [
        .folded(
          summary: "The disasters, the people, the estate and its workload",
          tables.map { .table($0) } + [.paragraph(speeds)])
      ])
  }

  private var strikes: Prose {
    let scenario = report.scenario
    return
      "The estate runs for \(scenario.warmUp.forReading) before a disaster can strike; then disasters strike for "
      + "\(scenario.window.forReading), until \(scenario.windowEnd.forReading), each in a branch of the same run: "
      + "\(scenario.strikes.wording). What chance decides is drawn for each drill, and alike for every strategy."
  }

  private var disasterTable: Table {
    let rows = report.disasters.map { disaster -> [Cell] in
      [
        .name(disaster.name), .text(report.scenario.wording(of: disaster)),
        disaster.perYear.map { Cell("\($0.asNumber)", key: $0.billionths) } ?? Cell("unknown", key: -1),
        .text(disaster.strikes?.wording ?? "as all do"),
        .text(disaster.detect.map { "\($0)" } ?? "as all are"),
      ]
    }
    return Table(
      "The disasters",
      [
        .words("disaster"), .words("what it is"), .number("times a year"), .words("strikes"),
        .words(Prose(name: "detect")),
      ], rows)
  }

  private var people: Table {
    let people = report.scenario.people
    return Table(
      "How long people take",
      [.words("people"), .words("time")],
      [
        [.name("detect"), .text("\(people.detect)")], [.name("declare"), .text("\(people.declare)")],
        [.name("decide"), .text("\(people.decide)")],
      ])
  }

  private var services: Table {
    let scenario = report.scenario
    let rows = zip(scenario.blueprint.services, scenario.serviceTimes).map { service, times -> [Cell] in
      [
        .name(service.name),
        Cell(.names(service.dependencies.map { scenario.blueprint.services[$0].name })),
        .text("\(times.boot)"), .text("\(times.appRecovery)"), .text("\(times.verify)"),
        .text("\(times.warmUp)"),
      ]
    }
    let phases = ["boot", "app_recovery", "verify", "warm_up"].map { Table.Column.words(Prose(name: $0)) }
    return Table("The services", [.words("service"), .words("depends on")] + phases, rows)
  }

  private var recovery: Table {
    let blueprint = report.scenario.blueprint
    let rows = report.strategies.map { report -> [Cell] in
      let recovery = report.strategy.recovery
      let rebuild = recovery.rebuildSite.map {
        "\(name: blueprint.sites[$0.site].name): \($0.provision)" as Prose
      }
      return [
        .name(report.strategy.name), .text("\(recovery.replaceDisk)"), .text("\(recovery.replaceHost)"),
        .text("\(recovery.replaceDevice)"), Cell(rebuild ?? "nowhere"), .count(recovery.concurrentRestores),
        .text("\(recovery.redirect)"), .text("\(recovery.scanRate)"),
      ]
    }
    return Table(
      "How each strategy replaces what is lost",
      [
        .words("strategy"), .words("new disk"), .words("new host"), .words("new device"),
        .words("rebuild a lost site"), .number("restores at once"), .words(Prose(name: "redirect")),
        .words("scan"),
      ], rows)
  }

  private var devices: Table {
    let blueprint = report.scenario.blueprint
    let devices = blueprint.devices.map { device -> [Cell] in
      [
        .name(device.name),
        Cell("\(device.kind.rawValue.separated), \(name: blueprint.sites[device.site].name)"),
        .text("\(device.rate)"), .text("\(device.latency)"),
      ]
    }
    let links = blueprint.links.map { link -> [Cell] in
      [
        .name(link.name), Cell("link, \(Prose.names(link.ends.map { blueprint.sites[$0].name }))"),
        .text("\(link.rate)"), .text("\(link.latency)"),
      ]
    }
    return Table(
      "Devices and links",
      [.words("device or link"), .words("kind and place"), .words("rate, shared"), .words("latency")],
      devices + links)
  }

  private var volumes: Table {
    let blueprint = report.scenario.blueprint
    let rows = blueprint.volumes.map { volume -> [Cell] in
      [
        .name(volume.name), .name(blueprint.services[volume.service].name),
        .name(blueprint.devices[volume.device].name), .text("\(volume.size)"), .text("\(volume.used)"),
        .text(volume.workload.churn.wording),
      ]
    }
    return Table(
      "Volumes and what is written to them",
      [
        .words("volume"), .words("service"), .words("device"), .words("size"), .words("used"),
        .words("writes"),
      ], rows)
  }

  /// The table of defaults for keys that the scenario omits; `nil` when it omits none.
  private var defaults: Table? {
    let defaults = report.provenance.defaults
    guard !defaults.isEmpty else { return nil }
    return Table(
      "What the scenario does not say, and what is assumed",
      [.words("key"), .words("default")], defaults.map { [.name($0.path), .text($0.text)] })
  }

  private var speeds: Prose {
    let speeds = report.scenario.speeds
    return "The backup engine's own work is charged, on each of \(speeds.cores.of("core")), at "
      + "\(speeds.divide) to divide into blocks, \(speeds.digest) to digest, \(speeds.compress) to compress, "
      + "\(speeds.decompress) to decompress and \(speeds.encrypt) to encrypt"
      + (speeds.read.map { ", \($0) to read" } ?? "") + (speeds.write.map { ", \($0) to write" } ?? "") + "."
  }
}

extension StrikePlan {
  fileprivate var wording: String {
    switch self {
    case .at(let instants): "at \(instants.map(\.forReading).listed)"
    case .spread(let count): "at \(count.of("instant")) spread over the window"
    case .renewal(let process, let limit):
      "by a renewal process (\(process.interval) between strikes), at most \(limit.of("time"))"
    }
  }
}

extension WorkloadProfile.Churn {
  fileprivate var wording: String {
    switch self {
    case .synthetic(let churn): "\(churn.rate) on average, synthetic"
    case .transactions(let churn): "SQLite, \(churn.perSecond.asNumber) transactions a second on average"
    case .measured(let windows):
      "replay of a measurement of \((windows.last?.end ?? .zero).forReading), "
        + windows.reduce(ByteCount.zero) { $0 + $1.written }.forReading
    }
  }
}

extension String {
  /// The words separated by spaces, as in `object store` for `objectStore`.
  fileprivate var separated: String {
    reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }
}
