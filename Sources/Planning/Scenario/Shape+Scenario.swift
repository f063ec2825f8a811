import Estate
import Units

extension Shape<Objectives> {
  static let objectives = mapping(
    "What the business asks for.",
    Field("rpo", .duration, "The longest acceptable period of lost data."),
    Field("rto", .duration, "The longest acceptable time to restore the entire system."),
    Field("level", .share, default: "95 %", "The share of recoveries that is to meet both.")
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
      "From the start of the outage to an alarm that somebody reads."),
    Field(
      "declare", .distribution, default: "{ lognormal: { median: 10 min, p95: 40 min } }",
      "From the alarm to the declaration of a disaster."),
    Field(
      "decide", .distribution, default: "{ lognormal: { median: 15 min, p95: 60 min } }",
      "From the declaration to the decision what to do.")
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
    "Rates of the backup engine's own work.",
    Field("divide", .rate, default: "\(usual.divide)", "Cutting into blocks, on one core."),
    Field("digest", .rate, default: "\(usual.digest)", "SHA-256, on one core."),
    Field("compress", .rate, default: "\(usual.compress)", "zstd, on one core."),
    Field("decompress", .rate, default: "\(usual.decompress)", "zstd, on one core."),
    Field("encrypt", .rate, default: "\(usual.encrypt)", "AES-256-GCM, on one core."),
    Field(
      optional: "read", .rate,
      "Bringing in what devices and links give, on one core; free if nothing is said."),
    Field(
      optional: "write", .rate, "Handing over to devices and links, on one core; free if nothing is said."),
    Field("cores", .integer(1...1_024), default: "\(usual.cores)", "Cores that work at once.")
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
    "A rehearsal: the estate, what may befall it, who protects it how, and what is expected.",
    Field<String>("title", .text, "One line for the head of the report."),
    Field<UInt64>("seed", .seed, default: "1", "The root of everything that is left to chance."),
    Field<Scale?>(
      optional: "scale", .scale,
      "Sizes and rates are divided by k, times are not; chosen by the size of the volumes when nothing is said."
    ),
    Field<Duration>(
      "resolution", .positiveDuration, default: "1 s",
      "How finely writes are cut into parts near strikes and recovery points."),
    Field<Instant>(
      "start", .instant, default: "2026-03-02T00:00:00Z", "When the simulated run begins, in UTC."),
    Field<Duration>(
      "warmUp", .duration, default: "4 d",
      "How long the estate runs before the first disaster can strike."),
    Field<Duration>("window", .positiveDuration, default: "7 d", "How long disasters can strike."),
    Field<StrikePlan>(
      "strikes", .strikes, default: "{ spread: 50 }",
      "When disasters strike that do not say so themselves."),
    Field<Objectives>("objectives", .objectives, "What the business asks for."),
    Field<[Site]>("sites", .entries(of: .siteDeclaration, noun: "site"), "The data centres."),
    Field<[Link]>(
      "links", .entries(of: .linkDeclaration, noun: "link"), otherwise: [], "What connects them."),
    Field<[Device]>("devices", .entries(of: .deviceDeclaration, noun: "device"), "What holds bytes."),
    Field<[Host]>("hosts", .entries(of: .hostDeclaration, noun: "host"), "The servers."),
    Field<[ServiceDeclaration]>(
      "services", .entries(of: .serviceDeclaration, noun: "service"), "What users use."),
    Field<[VaultPlan]>(
      "vaults", .entries(of: .vaultDeclaration, noun: "vault"), otherwise: [], "Where backups go."),
    Field<People>("people", .people, default: "{}", "How long people need."),
    Field<[Disaster]>("disasters", .entries(of: .disaster, noun: "disaster"), "What may befall the estate."),
    Field<[Strategy]>(
      "strategies", .entries(of: .strategy, noun: "strategy"), "Who protects it how; each is rehearsed."),
    Field<String?>(
      optional: "chosen", .name(of: .strategy),
      "The strategy that was chosen: 'firedrill check' holds it, and none of the others, to the objectives."),
    Field<EngineSpeeds>(
      "speeds", .speeds, otherwise: EngineSpeeds(), "Rates of the backup engine's own work."),
    Field<PriceBook>(
      "prices", .prices, otherwise: .standard,
      "What everything costs: a price book, or the path of its file; else the one that firedrill brings along."
    ),
    Field<CostTerms>(
      "costs", .costTerms, otherwise: CostTerms(), "What is to be known about money beside the prices."),
    Field<CheckTerms>(
      "check", .checkTerms, otherwise: CheckTerms(), "What 'firedrill check' holds the scenario to."),
    Field<PrecisionGoal?>(
      optional: "precision", .precisionGoal,
      "Until when more is rehearsed than the strikes say; for disasters that are spread over the window."),
    Field<DesignSpace?>(
      optional: "choose", .designSpace, "The designs that 'firedrill plan' chooses from; 'run' ignores them.")
  ) {
    title, seed, scale, resolution, start, warmUp, window, strikes, objectives, sites, links, devices, hosts,
    services,
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
    return scenario
  }
}
