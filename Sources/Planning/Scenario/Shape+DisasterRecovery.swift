import Estate
import Units

extension Shape<ReplicationPolicy> {
  /// The mode as any word, so that the layer can list the modes it has.
  private static let mode = Shape<String>.scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: ReplicationLayer.storage.modes, bounds: nil),
      example: "async"),
    expected: "one word"
  ) { text throws(QuantityError) in text }

  static let replication = mapping(
    "A protection group: volumes that are one consistency group, and their copies at another site.",
    .name,
    Field<[VolumeID]?>(
      optional: "volumes", .list(of: .volume, countMinimum: 1),
      "The volumes of the group; those of the copy that feeds it, or of all services, when nothing is said."),
    Field<String?>(
      optional: "from", .text,
      "The group whose copy feeds this one, over the link of their two sites; production does when nothing is said."
    ),
    Field<Bool>(
      "clock", .flag, default: "false",
      "Whether a clock of the group puts the writes of several hosts, or arrays, in one order."),
    Field<ReplicationLayer>(
      "layer", .oneOf,
      "What replicates: the storage, array to array, a splitter at the hosts, or a database its log."),
    Field<String>(
      "mode", mode,
      "When a write is acknowledged, and by 'activeActive' that both sites serve: by 'storage' any of these, by 'hostIO' async or sync, by 'application' "
        + "async, semiSync, syncFlush or syncApply."),
    Field<Duration?>(
      optional: "interval", .positiveDuration, "Mode 'interval': from one snapshot that is sent to the next."),
    Field<Duration?>(
      optional: "checkpoint", .positiveDuration,
      "Layer 'hostIO', mode 'async': from one checkpoint of the group to the next; 5 s when nothing is said."),
    Field<SiteID>("site", .site, "The DR site."),
    Field<DeviceID>("device", .device, "What holds the copies there, and the journal."),
    Field<ByteCount>(
      "buffer", .size, default: "4 GiB", "What may wait to be sent before changes are only marked."),
    Field<ByteCount?>(
      optional: "journal", .size, "Layer 'hostIO': what the journal at the DR site holds."),
    Field<Duration>(
      "tolerance", .positiveDuration, default: "30 s", "Silence for so long means that the peer is lost."),
    Field<Duration>(
      "heartbeat", .positiveDuration, default: "5 s", "How often a silent source makes itself heard."),
    Field<Duration?>(
      optional: "timeout", .positiveDuration,
      "Mode 'semiSync': how long a commit waits for the standby; 10 s when nothing is said."),
    Field<Bool?>(
      optional: "fallback", .flag,
      "Mode 'semiSync': whether commits go on without the standby after the time-out; true when nothing is said."
    ),
    Field<ByteCount?>(
      optional: "flowControl", .size,
      "Layer 'application': commits wait while the standby has received and not applied more than this."),
    Field<Duration?>(
      optional: "applyDelay", .positiveDuration,
      "Layer 'application': the standby keeps a record at once and applies it this long after its receipt, so that a mistake "
        + "noticed before is not applied; it applies at once when nothing is said."),
    Field<ActiveActiveMode.Acknowledgement?>(
      optional: "acknowledge", .oneOf,
      "Mode 'activeActive': whether a write is acknowledged when it is durable where it was written, 'local', or at both "
        + "sites, 'peer'; 'peer' when nothing is said."),
    Field<Ratio?>(
      optional: "share", .share,
      "Mode 'activeActive': of the writes, those that clients make at the second site; 50 % when nothing is said."
    ),
    Field<Duration?>(
      optional: "history", .positiveDuration,
      "Layer 'hostIO': how far the journal is to reach back, so that reports say when it does not."),
    Field<Int?>(
      optional: "keep", .integer(1...1_000),
      "Mode 'interval': how many of the last snapshots stay at the DR site to be restored; none when nothing is said."
    )
  ) {
    name, volumes, from, clock, layer, mode, interval, checkpoint, site, device, buffer, journal, tolerance,
    heartbeat, timeout, fallback, flowControl, applyDelay, acknowledge, share, history, keep
      throws(Misfit) in
    let words = ReplicationWords(
      layer: layer, mode: mode, interval: interval, checkpoint: checkpoint, journal: journal,
      timeout: timeout, fallback: fallback, flowControl: flowControl, applyDelay: applyDelay,
      acknowledge: acknowledge, share: share, history: history, keep: keep)
    var policy = ReplicationPolicy(
      name: name, volumes: volumes, hasClock: clock, mode: try words.policyMode(), site: site, device: device,
      bufferMaximum: buffer,
      journalMaximum: journal ?? .zero, tolerance: tolerance, heartbeat: heartbeat, flowControl: flowControl,
      feeder: from)
    (policy.history, policy.keptSnapshots) = (history, keep ?? 0)
    policy.applyDelay = applyDelay ?? .zero
    return policy
  }
}

extension Shape<Standby> {
  static let standby = mapping(
    "The hosts that take over at the DR site.",
    Field<Standby.Kind>(
      "kind", .oneOf,
      "Data only, small servers that grow, servers of full size, or servers that serve all the time."),
    Field<Distribution?>(
      optional: "provision", .distribution,
      "Pilot light and warm standby: until servers are made, or grown to full size."),
    Field<Distribution>(
      "redirect", .distribution, default: "5 min", "Until the address of the service leads to the DR site."),
    Field<String?>(
      optional: "size", .text,
      "Warm standby: what each of its servers is priced as while it waits, 'compute.SIZE.running' in the price book; "
        + "'small' when nothing is said.")
  ) { kind, provision, redirect, size throws(Misfit) in
    if size != nil, kind != .warmStandby {
      throw Misfit(
        at: "size", "the servers of a '\(kind.rawValue)' do not wait at a size of their own",
        hint: "remove 'size': it goes with 'kind: warmStandby'")
    }
    switch (kind, provision) {
    case (.pilotLight, nil), (.warmStandby, nil):
      throw Misfit(
        at: "kind", "the servers of a '\(kind.rawValue)' are not ready at once",
        hint: "add 'provision': until they are made or grown, for example '20 min'")
    case (.hotStandby, _?), (.activeActive, _?):
      throw Misfit(
        at: "provision", "the servers of a '\(kind.rawValue)' stand ready",
        hint: "remove 'provision', or write 'kind: warmStandby'")
    default: break
    }
    return Standby(kind: kind, provision: provision ?? .zero, redirect: redirect, size: size ?? "small")
  }
}

extension Shape<FailbackPlan> {
  static let failback = mapping(
    "The way back to the production site.",
    Field(
      "productionReturns", .distribution,
      "From the failover until the production site stands again, its lost devices replaced and empty; a power outage "
        + "lasts as long as it says itself."),
    Field(
      "every", .integer(1...100_000), default: "1",
      "One of so many drills of a disaster goes on until the services are back home.")
  ) { FailbackPlan(productionReturns: $0, every: $1) }
}

extension Shape<AutomaticFailover> {
  static let automatic = mapping(
    "A standby site that takes over by itself when it has not heard production for too long.",
    Field("heartbeat", .positiveDuration, default: "1 s", "From one sign of life to the next."),
    Field("misses", .integer(1...10_000), "How many missing in a row mean that production is lost."),
    Field<SiteID?>(
      optional: "witness", .site,
      "A third site without whose consent nobody takes over; without one the standby site decides alone, and a cut link "
        + "can leave two sites that both serve."),
    Field(
      "follow", .share, default: "50 %",
      "Without a witness: of the clients who still reach the old primary, how many follow the new address.")
  ) { AutomaticFailover(heartbeat: $0, misses: $1, witness: $2, follow: $3) }
}

extension Shape<DisasterRecovery> {
  static let disasterRecovery = mapping(
    "Copies at other sites, what takes over there, and the way back.",
    Field<ReplicationPolicy?>(
      optional: "replication", .replication, "One group of all volumes, and how its copies come there."),
    Field<[ReplicationPolicy]?>(
      optional: "groups", .entries(of: .replication, noun: "protection group"),
      "Several groups, or several copies: of two copies of a volume the one named first is the nearer, and feeds the other "
        + "where that says so."),
    Field<Standby>("standby", .standby, "The hosts that take over."),
    Field<FailbackPlan?>(
      optional: "failback", .failback,
      "The way back, rehearsed too: reprotection, planned return, reprotection."),
    Field<AutomaticFailover?>(
      optional: "automatic", .automatic,
      "Who takes over without being told to; people decide when nothing is said.")
  ) { replication, groups, standby, failback, automatic throws(Misfit) in
    switch (replication, groups) {
    case (nil, nil):
      throw Misfit(
        "nothing is replicated", hint: "add 'replication', or 'groups' when the volumes are not one group")
    case (_?, _?):
      throw Misfit(
        at: "groups", "'replication' and 'groups' exclude each other", hint: "keep one of the two")
    case (let policy?, nil):
      return DisasterRecovery(
        groups: [policy], standby: standby, failback: failback, automatic: automatic)
    case (nil, let groups?):
      return DisasterRecovery(
        groups: groups.withVolumesOfFeeders, standby: standby, failback: failback, automatic: automatic)
    }
  }
}
