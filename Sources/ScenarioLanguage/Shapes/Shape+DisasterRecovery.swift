import Documents
import Estate
import Statistics
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
      "The volumes of the group; by default those of its feeder, or of all services."),
    Field<String?>(
      optional: "from", .text,
      "The group whose copy feeds this one over the link between their sites; by default production does."
    ),
    Field<Bool>(
      "groupClock", .flag, default: "false",
      "Whether a group clock orders the writes of several hosts or arrays."
    ).formerly("clock"),
    Field<ReplicationLayer>(
      "layer", .oneOf,
      "The replicating layer: the storage arrays, a splitter at the hosts, or a database with its log."),
    Field<String>(
      "mode", mode,
      "The condition for acknowledging a write; with 'activeActive' both sites serve. "
        + "'storage' has all modes, 'hostIO' async and sync, 'application' async, semiSync, "
        + "syncFlush and syncApply."),
    Field<Duration?>(
      optional: "interval", .positiveDuration, "Mode 'interval': the interval of the snapshots sent."),
    Field<Duration?>(
      optional: "checkpoint", .positiveDuration,
      "Layer 'hostIO', mode 'async': the interval of the group's checkpoints; by default 5 s."),
    Field<SiteID>("site", .site, "The DR site."),
    Field<DeviceID>("device", .device, "The device with the copies and the journal."),
    Field<ByteCount>(
      "buffer", .size, default: "4 GiB",
      "The largest amount of unsent changes. Beyond it, changes are only marked."),
    Field<ByteCount?>(
      optional: "journal", .size, "Layer 'hostIO': the capacity of the journal at the DR site."),
    Field<Duration>(
      "tolerance", .positiveDuration, default: "30 s", "The silence after which the peer counts as lost."),
    Field<Duration>(
      "heartbeat", .positiveDuration, default: "5 s", "The interval at which an idle source sends heartbeats."
    ),
    Field<Duration?>(
      optional: "timeout", .positiveDuration,
      "Mode 'semiSync': the longest time that a commit waits for the standby; by default 10 s."),
    Field<Bool?>(
      optional: "fallback", .flag,
      "Mode 'semiSync': whether commits continue without the standby after the time-out; by default true."
    ),
    Field<ByteCount?>(
      optional: "flowControl", .size,
      "Layer 'application': the standby's unapplied log beyond which commits wait."),
    Field<Duration?>(
      optional: "applyDelay", .positiveDuration,
      "Layer 'application': the delay of applying a received record, so that a mistake noticed "
        + "before is not applied; by default none."),
    Field<ActiveActiveMode.Acknowledgement?>(
      optional: "acknowledge", .oneOf,
      "Mode 'activeActive': the site at which a write must be durable: 'local', or at both "
        + "sites, 'peer' (the default)."),
    Field<Ratio?>(
      optional: "share", .share,
      "Mode 'activeActive': the share of writes at the second site; by default 50 %."
    ),
    Field<Duration?>(
      optional: "history", .positiveDuration,
      "Layer 'hostIO': the required reach of the journal. Reports show violations."),
    Field<Int?>(
      optional: "keep", .integer(1...1_000),
      "Mode 'interval': the number of last snapshots kept at the DR site; by default none."
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
      "Pilot light and warm standby: the time to create servers, or to grow them to full size."),
    Field<Distribution>(
      "redirect", .distribution, default: "5 min",
      "The time until the service's address leads to the DR site."),
    Field<String?>(
      optional: "size", .text,
      "Warm standby: the size class of waiting servers, priced as 'compute.SIZE.running'; by "
        + "default 'small'.")
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
      "The time from the failover until the production site is restored, with empty devices in "
        + "place of lost ones. A power outage has a duration of its own."),
    Field(
      "every", .integer(1...100_000), default: "1",
      "The sampling of failbacks: one in this many drills includes the failback.")
  ) { FailbackPlan(productionReturns: $0, every: $1) }
}

extension Shape<AutomaticFailover> {
  static let automatic = mapping(
    "A standby site that takes over by itself when it has not heard production for too long.",
    Field("heartbeat", .positiveDuration, default: "1 s", "The interval between heartbeats."),
    Field(
      "missedHeartbeats", .integer(1...10_000),
      "The number of consecutive missed heartbeats after which production counts as lost."
    ).formerly("misses"),
    Field<SiteID?>(
      optional: "witness", .site,
      "A third site whose consent a takeover needs. Without one, the standby site decides "
        + "alone, and a cut link can cause a split brain."),
    Field(
      "redirectedClients", .share, default: "50 %",
      "Without a witness: the share of clients of the old primary that follow the new address."
    ).formerly("follow")
  ) { AutomaticFailover(heartbeat: $0, misses: $1, witness: $2, follow: $3) }
}

extension Shape<DisasterRecovery> {
  static let disasterRecovery = mapping(
    "Copies at other sites, what takes over there, and the way back.",
    Field<ReplicationPolicy?>(
      optional: "replication", .replication, "One group of all volumes, and how its copies come there."),
    Field<[ReplicationPolicy]?>(
      optional: "groups", .entries(of: .replication, noun: "protection group"),
      "Several groups, or several copies of a volume. The copy listed first is the nearest, "
        + "and may feed the others."),
    Field<Standby>("standby", .standby, "The hosts that take over."),
    Field<FailbackPlan?>(
      optional: "failback", .failback,
      "The failback, which is rehearsed too: reprotection, planned return, reprotection."),
    Field<AutomaticFailover?>(
      optional: "automatic", .automatic,
      "The automatic failover; by default people decide.")
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
