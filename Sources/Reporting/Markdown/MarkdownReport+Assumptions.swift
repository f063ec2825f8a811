import Estate
import Planning
import Units

extension MarkdownReport {
  /// Everything that the scenario states and the rehearsal does not measure.
  var assumptions: [String] {
    ["## Assumptions", strikes, people, services, recovery] + [disasterRecovery].compactMap { $0 }
      + [devices, volumes, speeds]
  }

  private var strikes: String {
    let scenario = report.scenario
    var lines = [
      "The estate runs for \(scenario.warmUp.forReading) before a disaster can strike; then disasters strike for "
        + "\(scenario.window.forReading), until \(scenario.windowEnd.forReading), each in a branch of the same run: "
        + "\(scenario.strikes.wording)."
    ]
    lines += report.disasters.compactMap { disaster in
      disaster.strikes.map { "\(Markdown.code(disaster.name)) strikes \($0.wording)." }
    }
    return lines.joined(separator: " ")
  }

  /// Times are drawn anew for each drill, and alike for all strategies.
  private var people: String {
    let people = report.scenario.people
    var rows = [
      ["`detect`", "\(people.detect)"], ["`declare`", "\(people.declare)"], ["`decide`", "\(people.decide)"],
    ]
    rows += report.disasters.compactMap { disaster in
      disaster.detect.map { ["`detect` \(Markdown.code(disaster.name))", "\($0)"] }
    }
    return Markdown.table(["people", "time, drawn for each drill and the same for every strategy"], rows)
  }

  private var services: String {
    let scenario = report.scenario
    let rows = zip(scenario.blueprint.services, scenario.serviceTimes).map { service, times in
      [
        Markdown.code(service.name),
        service.dependencies.map { Markdown.code(scenario.blueprint.services[$0].name) }.listed,
        "\(times.boot)", "\(times.appRecovery)", "\(times.verify)", "\(times.warmUp)",
      ]
    }
    return Markdown.table(
      ["service", "depends on", "`boot`", "`app_recovery`", "`verify`", "`warm_up`"], rows)
  }

  private var recovery: String {
    let blueprint = report.scenario.blueprint
    let rows = report.strategies.map { report in
      let recovery = report.strategy.recovery
      return [
        Markdown.code(report.strategy.name), "\(recovery.replaceDisk)", "\(recovery.replaceHost)",
        "\(recovery.replaceDevice)",
        recovery.rebuildSite.map { "\(Markdown.code(blueprint.sites[$0.site].name)): \($0.provision)" }
          ?? "nowhere",
        recovery.concurrentRestores.grouped, "\(recovery.redirect)", "\(recovery.scanRate)",
      ]
    }
    let header = [
      "strategy", "new disk", "new host", "new device", "rebuild a lost site", "restores at once",
      "`redirect`",
      "scan",
    ]
    return Markdown.table(header, rows)
  }

  private var devices: String {
    let blueprint = report.scenario.blueprint
    let devices = blueprint.devices.map { device in
      [
        Markdown.code(device.name),
        "\(device.kind.rawValue.separated), \(blueprint.sites[device.site].name.code)",
        "\(device.rate)", "\(device.latency)",
      ]
    }
    let links = blueprint.links.map { link in
      [
        Markdown.code(link.name), "link, \(link.ends.map { blueprint.sites[$0].name.code }.listed)",
        "\(link.rate)", "\(link.latency)",
      ]
    }
    return Markdown.table(["device or link", "kind and place", "rate, shared", "latency"], devices + links)
  }

  private var volumes: String {
    let blueprint = report.scenario.blueprint
    let rows = blueprint.volumes.map { volume in
      [
        Markdown.code(volume.name), Markdown.code(blueprint.services[volume.service].name),
        Markdown.code(blueprint.devices[volume.device].name), "\(volume.size)", "\(volume.used)",
        volume.workload.churn.wording,
      ]
    }
    return Markdown.table(["volume", "service", "device", "size", "used", "writes"], rows)
  }

  private var speeds: String {
    let speeds = report.scenario.speeds
    return "The backup engine's own work is charged, on each of \(speeds.cores.of("core")), at "
      + "\(speeds.divide) to divide into blocks, \(speeds.digest) to digest, \(speeds.compress) to compress, "
      + "\(speeds.decompress) to decompress and \(speeds.encrypt) to encrypt."
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
    case .measured(let windows):
      "replay of a measurement of \((windows.last?.end ?? .zero).forReading), "
        + windows.reduce(ByteCount.zero) { $0 + $1.written }.forReading
    }
  }
}

extension String {
  fileprivate var code: String { Markdown.code(self) }

  /// `object store` for `objectStore`.
  fileprivate var separated: String {
    reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }
}
