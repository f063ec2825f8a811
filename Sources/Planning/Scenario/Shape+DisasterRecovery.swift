import Estate
import Units

extension Shape<ReplicationPolicy> {
  /// Any word is read, so that the layer can say which modes it has.
  private static let mode = Shape<String>.scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: ReplicationLayer.storage.modes, bounds: nil),
      example: "async"),
    expected: "one word"
  ) { text throws(QuantityError) in text }

  static let replication = mapping(
    "Copies of the volumes of all services at another site, one consistency group.",
    Field<ReplicationLayer>(
      "layer", .oneOf, "What replicates: the storage, array to array, or a splitter at the hosts."),
    Field<String>(
      "mode", mode,
      "When a write is acknowledged: by 'storage' any of these, by 'hostIO' async or sync."),
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
      "heartbeat", .positiveDuration, default: "5 s", "How often a silent source makes itself heard.")
  ) {
    layer, mode, interval, checkpoint, site, device, buffer, journal, tolerance, heartbeat throws(Misfit) in
    let words = ReplicationWords(
      layer: layer, mode: mode, interval: interval, checkpoint: checkpoint, journal: journal)
    return ReplicationPolicy(
      mode: try words.policyMode(), site: site, device: device, bufferMaximum: buffer,
      journalMaximum: journal ?? .zero, tolerance: tolerance, heartbeat: heartbeat)
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
      "redirect", .distribution, "Until the address of the service leads to the DR site.")
  ) { kind, provision, redirect throws(Misfit) in
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
    return Standby(kind: kind, provision: provision ?? .zero, redirect: redirect)
  }
}

extension Shape<DisasterRecovery> {
  static let disasterRecovery = mapping(
    "Copies at another site, and what takes over there.",
    Field("replication", .replication, "How the copies come there."),
    Field("standby", .standby, "The hosts that take over.")
  ) { DisasterRecovery(replication: $0, standby: $1) }
}
