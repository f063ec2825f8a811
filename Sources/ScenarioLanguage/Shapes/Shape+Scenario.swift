import Documents
import Estate
import Statistics
import Units

extension Shape<Objectives> {
  static let objectives = mapping(
    "The recovery objectives of the business.",
    Field("rpo", .duration, "The longest acceptable period of lost data."),
    Field("rto", .duration, "The longest acceptable time to restore the entire system."),
    Field("level", .share, default: "95 %", "The share of recoveries that must meet both objectives.")
  ) { rpo, rto, level throws(Misfit) in
    guard level > .zero, level < .one else {
      throw Misfit(
        at: "level", "no number of drills shows that \(level) of all recoveries meet an objective",
        hint: "write a share between, for example 'level: 95 %'")
    }
    return Objectives(rpo: rpo, rto: rto, level: level)
  }
}

extension Shape<People> {
  static let people = mapping(
    "How long people need, drawn anew for each rehearsal.",
    Field(
      "detect", .distribution, default: "{ lognormal: { median: 5 min, p95: 30 min } }",
      "The time from the start of the outage to an alarm that a person reads."),
    Field(
      "declare", .distribution, default: "{ lognormal: { median: 10 min, p95: 40 min } }",
      "The time from the alarm to the declaration of a disaster."),
    Field(
      "decide", .distribution, default: "{ lognormal: { median: 15 min, p95: 60 min } }",
      "The time from the declaration to the decision on the response.")
  ) { People(detect: $0, declare: $1, decide: $2) }
}

extension Shape<EngineSpeeds> {
  private static let usual = EngineSpeeds()

  /// The rates, or the path of a file with rates. The path is relative to the scenario file or, in an option,
  /// to the working directory.
  static let speeds = profile.or(rates)

  /// The path of a file written by `firedrill calibrate`.
  private static let profile = Shape(Shape<String>.text.schema) { node, reading in
    guard let path = Shape<String>.text.read(node, &reading) else { return nil }
    do throws(InputError) {
      let source = try SourceFile.read(
        node.place.source.path(to: path), limit: 1 << 16)
      reading.note(input: source)
      let document = try YAMLDocument(source)
      reading.report(document.diagnostics)
      return rates.read(document.root, &reading)
    } catch {
      reading.report(error.diagnostics)
      return nil
    }
  }

  private static let rates = mapping(
    "The rates of the backup engine's own work.",
    Field("divide", .rate, default: "\(usual.divide)", "The rate of cutting into blocks, on one core."),
    Field("digest", .rate, default: "\(usual.digest)", "SHA-256, on one core."),
    Field("compress", .rate, default: "\(usual.compress)", "zstd, on one core."),
    Field("decompress", .rate, default: "\(usual.decompress)", "zstd, on one core."),
    Field("encrypt", .rate, default: "\(usual.encrypt)", "AES-256-GCM, on one core."),
    Field(
      optional: "read", .rate,
      "The rate of copying data in from devices and links, on one core; by default this cost is ignored."),
    Field(
      optional: "write", .rate,
      "The rate of copying data out to devices and links, on one core; by default this cost is ignored."),
    Field("cores", .integer(1...1_024), default: "\(usual.cores)", "The number of cores that work at once.")
  ) { divide, digest, compress, decompress, encrypt, read, write, cores in
    var speeds = EngineSpeeds()
    (speeds.divide, speeds.digest, speeds.compress) = (divide, digest, compress)
    (speeds.decompress, speeds.encrypt, speeds.cores) = (decompress, encrypt, cores)
    (speeds.read, speeds.write) = (read, write)
    return speeds
  }
}

/// The estate's sections as written.
struct EstateSections: Sendable {
  var sites: [Site]
  var devices: [Device]
  var links: [Link]
  var hosts: [Host]
  var services: [ServiceDeclaration]
  var vaults: [VaultPlan]

  /// The blueprint of the sections. Volumes are numbered in the order of the file, over all services.
  var blueprint: Blueprint {
    var blueprint = Blueprint()
    (blueprint.sites, blueprint.devices, blueprint.links) = (sites, devices, links)
    (blueprint.hosts, blueprint.vaults) = (hosts, vaults)
    for (index, declaration) in services.enumerated() {
      var service = declaration.service
      for var volume in declaration.volumes {
        service.volumes.append(VolumeID(blueprint.volumes.count))
        volume.service = ServiceID(index)
        blueprint.volumes.append(volume)
      }
      blueprint.services.append(service)
    }
    for service in blueprint.services {
      guard let plan = service.database else { continue }
      for volume in plan.volumes { blueprint.volumes[volume].workload = .ofDatabase(plan.churn) }
    }
    return blueprint
  }
}

extension Shape<Scenario> {
  /// A scenario file. The reader adds the name, which is the file's.
  static let scenario = mapping(
    "A rehearsal: the estate, its disasters, its strategies and its objectives.",
    Field<String>("title", .text, "The title in the head of the report."),
    Field<UInt64>("seed", .seed, default: "1", "The seed of all random numbers."),
    Field<Scale?>(
      optional: "scale", .scale,
      "The scale 1/k, which divides sizes and rates but not times; by default it depends on the volumes' size."
    ),
    Field<Duration>(
      "resolution", .positiveDuration, default: "1 s",
      "The width to which writes are cut near strikes and recovery points."),
    Field<Instant>(
      "start", .instant, default: "2026-03-02T00:00:00Z", "The start of the simulated run, in UTC."),
    Field<Duration>(
      "warmUp", .duration, default: "4 d",
      "The time that the estate runs before the first disaster can strike."),
    Field<Duration>(
      "window", .positiveDuration, default: "7 d", "The length of the time in which disasters can strike."),
    Field<StrikePlan>(
      "strikes", .strikes, default: "{ spread: 50 }",
      "The strikes of disasters without strikes of their own."),
    Field<Objectives>("objectives", .objectives, "The recovery objectives of the business."),
    Field<[Site]>("sites", .entries(of: .siteDeclaration, noun: "site"), "The data centres."),
    Field<[Link]>(
      "links", .entries(of: .linkDeclaration, noun: "link"), otherwise: [], "The links between sites."),
    Field<[Device]>("devices", .entries(of: .deviceDeclaration, noun: "device"), "The storage devices."),
    Field<[Host]>("hosts", .entries(of: .hostDeclaration, noun: "host"), "The servers."),
    Field<[ServiceTier]>(
      "tiers", .entries(of: .tierDeclaration, noun: "tier"), otherwise: [],
      "The tiers of the services, in the order in which they are restored."),
    Field<[ServiceDeclaration]>(
      "services", .entries(of: .serviceDeclaration, noun: "service"), "The services."),
    Field<[VaultPlan]>(
      "vaults", .entries(of: .vaultDeclaration, noun: "vault"), otherwise: [], "The vaults for backups."),
    Field<People>("people", .people, default: "{}", "The delays by people."),
    Field<[Disaster]>("disasters", .entries(of: .disaster, noun: "disaster"), "The disasters."),
    Field<[Strategy]>(
      "strategies", .entries(of: .strategy, noun: "strategy"), "The strategies, each of which is rehearsed."),
    Field<String?>(
      optional: "chosen", .name(of: .strategy),
      "The chosen strategy, which is the only one that 'firedrill check' compares with the objectives."),
    Field<EngineSpeeds>(
      "speeds", .speeds, otherwise: EngineSpeeds(), "The rates of the backup engine's own work."),
    Field<PriceBook>(
      "prices", .prices, otherwise: .standard,
      "A price book: its path, or the name of one of firedrill, 'usd' (the default) or 'eur'."
    ),
    Field<CostTerms>(
      "costs", .costTerms, otherwise: CostTerms(), "The cost terms beside the prices."),
    Field<CheckTerms>(
      "check", .checkTerms, otherwise: CheckTerms(), "The terms of 'firedrill check'."),
    Field<PrecisionGoal?>(
      optional: "precision", .precisionGoal,
      "The precision up to which further drills run, for disasters spread over the window."),
    Field<DesignSpace?>(
      optional: "choose", .designSpace, "The designs that 'firedrill plan' chooses from; 'run' ignores them.")
  ) {
    title, seed, scale, resolution, start, warmUp, window, strikes, objectives, sites, links, devices, hosts,
    tiers, services,
    vaults, people, disasters, strategies, chosen, speeds, prices, costs, check, precision, _ in
    let estate = EstateSections(
      sites: sites, devices: devices, links: links, hosts: hosts, services: services, vaults: vaults)
    var bound = check
    if bound.strategies.isEmpty, let chosen { bound.strategies = [chosen] }
    var scenario = Scenario(
      name: "", title: title, seed: seed, scale: scale ?? .full, start: start, warmUp: warmUp, window: window,
      objectives: objectives, blueprint: estate.blueprint, serviceTimes: services.map(\.times),
      people: people, strikes: strikes, disasters: disasters.map { $0.reaching(sites) },
      strategies: strategies, speeds: speeds,
      prices: prices, costs: costs, check: bound, precision: precision, resolution: resolution)
    scenario.chosen = chosen
    scenario.objectives.tiers = tiers.holding(services)
    return scenario
  }
}
