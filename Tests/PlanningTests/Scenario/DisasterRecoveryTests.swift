import Estate
import Replication
import ScenarioLanguage
import Testing
import Units

extension Shop {
  /// The shop with a DR site in Berlin; the replication stands in line 73, the standby in line 74.
  static func twoSites(
    replication: String = "layer: storage, mode: async",
    standby: String = "kind: warmStandby, provision: 20 min, redirect: 5 min",
    place: String = "site: berlin, device: remote-array"
  ) -> String {
    text + """
          disasterRecovery:
            replication: { \(place), \(replication) }
            standby: { \(standby) }

      """
  }
}

/// The keys for another site that takes over.
@Suite struct DisasterRecoveryReading {
  @Test func whatIsWrittenIsWhatTheStrategyHolds() throws {
    let text = Shop.twoSites(
      replication: "layer: hostIO, mode: async, checkpoint: 7 s, journal: 200 GiB, buffer: 2 GiB, "
        + "tolerance: 20 s, heartbeat: 2 s")
    let recovery = try #require(try Shop.read(text).strategies[0].disasterRecovery)
    let policy = recovery.groups[0]
    #expect(policy.mode == .hostIO(.asynchronous(checkpointInterval: .seconds(7))))
    #expect(policy.site == SiteID(1) && policy.device == DeviceID(3))
    #expect(policy.bufferMaximum == .gibibytes(2) && policy.journalMaximum == .gibibytes(200))
    #expect(policy.tolerance == .seconds(20) && policy.heartbeat == .seconds(2))
    #expect(recovery.standby.kind == .warmStandby)
    #expect(recovery.standby.provision.mean == .minutes(20))
    #expect(recovery.standby.redirect.mean == .minutes(5))
  }

  @Test func whatIsLeftOutHasItsDocumentedMeaning() throws {
    let storage = try #require(try Shop.read(Shop.twoSites()).strategies[0].disasterRecovery).groups[0]
    #expect(storage.bufferMaximum == .gibibytes(4) && storage.journalMaximum == .zero)
    #expect(storage.tolerance == .seconds(30) && storage.heartbeat == .seconds(5))
    let host = try #require(
      try Shop.read(Shop.twoSites(replication: "layer: hostIO, mode: async, journal: 1 GiB")).strategies[0]
        .disasterRecovery)
    #expect(host.groups[0].mode.pointInterval == .seconds(5))
    #expect(try Shop.read().strategies[0].disasterRecovery == nil)
  }

  @Test(arguments: [
    ("layer: storage, mode: async", ReplicationPolicy.Mode.storage(.asynchronous), "storage async"),
    ("layer: storage, mode: memorySync", .storage(.memorySynchronous), "storage memory_sync"),
    ("layer: storage, mode: sync", .storage(.synchronous), "storage sync"),
    ("layer: storage, mode: witnessedSync", .storage(.witnessedSynchronous), "storage witnessed_sync"),
    ("layer: storage, mode: strictSync", .storage(.strictSynchronous), "storage strict_sync"),
    (
      "layer: storage, mode: interval, interval: 15 min", .storage(.interval(.minutes(15))),
      "storage interval"
    ),
    ("layer: hostIO, mode: sync, journal: 1 GiB", .hostIO(.synchronous), "host_io sync"),
    (
      "layer: storage, mode: activeActive",
      .activeActive(ActiveActiveMode(acknowledgement: .peer, share: .percent(50))), "storage active_active"
    ),
    (
      "layer: storage, mode: activeActive, acknowledge: local, share: 30 %",
      .activeActive(ActiveActiveMode(acknowledgement: .local, share: .percent(30))), "storage active_active"
    ),
  ])
  func everyModeHasItsWord(text: String, mode: ReplicationPolicy.Mode, name: String) throws {
    let standby = mode.activeActive == nil ? "hotStandby" : "activeActive"
    let scenario = Shop.twoSites(replication: text, standby: "kind: \(standby), redirect: 5 min")
    let recovery = try Shop.read(scenario).strategies[0].disasterRecovery
    #expect(recovery?.groups[0].mode == mode)
    #expect("\(mode.layerReportName) \(mode.modeReportName)" == name)
  }

  @Test(arguments: [
    ("pilotLight, provision: 1 h", Standby.Kind.pilotLight), ("hotStandby", .hotStandby),
    ("activeActive", .activeActive),
  ])
  func everyStandbyHasItsWord(text: String, kind: Standby.Kind) throws {
    let replication =
      kind == .activeActive ? "layer: storage, mode: activeActive" : "layer: storage, mode: async"
    let text = Shop.twoSites(replication: replication, standby: "kind: \(text), redirect: 1 min")
    #expect(try Shop.read(text).strategies[0].disasterRecovery?.standby.kind == kind)
  }

  @Test(arguments: [
    (
      "layer: hostIO, mode: memorySync, journal: 1 GiB",
      "73:79: error: the layer 'hostIO' has no mode 'memorySync'",
      "did you mean 'sync'? the modes of 'hostIO' are: async, sync"
    ),
    (
      "layer: storage, mode: strictSnyc", "73:80: error: the layer 'storage' has no mode 'strictSnyc'",
      "did you mean 'strictSync'? the modes of 'storage' are: async, memorySync, sync, witnessedSync, strictSync, "
        + "interval, activeActive"
    ),
    (
      "layer: storage, mode: sync, share: 30 %",
      "73:93: error: 'share' does not go with the mode 'sync' of the layer 'storage'",
      "remove it: it goes with the mode 'activeActive'"
    ),
    (
      "layer: storage, mode: async, acknowledge: peer",
      "73:100: error: 'acknowledge' does not go with the mode 'async' of the layer 'storage'",
      "remove it: it goes with the mode 'activeActive'"
    ),
    (
      "layer: storage, mode: activeActive, share: 100 %",
      "73:101: error: with a share of 100 % one of the sites serves nobody",
      "write more than 0 % and less than 100 %, or another mode for a site that stands by"
    ),
    (
      "layer: storage, mode: sync, interval: 15 min",
      "73:96: error: 'interval' does not go with the mode 'sync' of the layer 'storage'",
      "remove it: it goes with the mode 'interval'"
    ),
    (
      "layer: storage, mode: async, checkpoint: 5 s",
      "73:99: error: 'checkpoint' does not go with the mode 'async' of the layer 'storage'",
      "remove it: it goes with the mode 'async' of the layer 'hostIO'"
    ),
    (
      "layer: storage, mode: async, journal: 1 GiB",
      "73:96: error: 'journal' does not go with the mode 'async' of the layer 'storage'",
      "remove it: it goes with the layer 'hostIO'"
    ),
    (
      "layer: storage, mode: interval", "73:80: error: the mode 'interval' has no interval",
      "add 'interval': from one snapshot to the next, for example '15 min'"
    ),
    (
      "layer: hostIO, mode: sync", "73:65: error: the layer 'hostIO' has no journal",
      "add 'journal': how much it holds at the DR site, for example '200 GiB'"
    ),
  ])
  func aModeAndItsKeysGoTogether(replication: String, head: String, hint: String) {
    check(Shop.errors(in: Shop.twoSites(replication: replication)), head, hint)
  }

  @Test(arguments: [
    (
      "kind: pilotLight, redirect: 5 min",
      "74:24: error: the servers of a 'pilotLight' are not ready at once",
      "add 'provision': until they are made or grown, for example '20 min'"
    ),
    (
      "kind: hotStandby, provision: 1 min, redirect: 5 min",
      "74:47: error: the servers of a 'hotStandby' stand ready",
      "remove 'provision', or write 'kind: warmStandby'"
    ),
  ])
  func onlyServersThatAreNotReadyAreWaitedFor(standby: String, head: String, hint: String) {
    check(Shop.errors(in: Shop.twoSites(standby: standby)), head, hint)
  }
}

/// Disaster recovery that could not work is told before it is rehearsed.
@Suite struct DisasterRecoveryChecks {
  /// The witness is none of the sites that it judges, and has a link to each.
  @Test func aWitnessIsAThirdSiteThatBothCanHear() {
    let standby = "kind: hotStandby, redirect: 5 min"
    func text(_ automatic: String) -> String {
      Shop.twoSites(standby: standby).replacing(
        "standby: { \(standby) }", with: "standby: { \(standby) }\n      automatic: { \(automatic) }")
    }
    #expect(Shop.errors(in: text("missedHeartbeats: 5")) == [])
    check(
      Shop.errors(in: text("missedHeartbeats: 5, witness: berlin")),
      "75:50: error: the witness 'berlin' is one of the sites that it has to judge", "add a third site")
    let third = text("missedHeartbeats: 5, witness: paris").replacing(
      "\nlinks:", with: "\n  paris: { region: eu-west, latitude: 48.86, longitude: 2.35 }\nlinks:")
    let errors = Shop.errors(in: third).compactMap { $0.split(separator: "\n").first }
    #expect(
      errors == [
        "shop.yaml:76:50: error: no link joins 'frankfurt' and 'paris' to hear the witness",
        "shop.yaml:76:50: error: no link joins 'berlin' and 'paris' to hear the witness",
      ])
  }

  @Test(arguments: [
    (
      "site: frankfurt, device: array",
      "73:28: error: the DR site 'frankfurt' is the production site: it is lost with it",
      "name another site: berlin"
    ),
    (
      "site: berlin, device: array", "73:44: error: 'array' stands in 'frankfurt', not in 'berlin'",
      "name a device in 'berlin'"
    ),
    (
      "site: berlin, device: remote-store",
      "73:44: error: volumes cannot be replicated to the object store 'remote-store'",
      "name a device of the kind 'disk' or 'array'"
    ),
  ])
  func theDRSiteIsAnotherSiteWithADeviceOfItsOwn(place: String, head: String, hint: String) {
    check(Shop.errors(in: Shop.twoSites(place: place)), head, hint)
  }

  @Test func theSitesAreJoinedByALink() {
    let text = Shop.twoSites().replacing("[frankfurt, berlin]", with: "[frankfurt, paris]")
      .replacing("\nlinks:", with: "\n  paris: { region: eu-west, latitude: 48.86, longitude: 2.35 }\nlinks:")
    let errors = Shop.errors(in: text).map { $0.split(separator: "\n").first ?? "" }
    #expect(
      errors.last == "shop.yaml:74:28: error: no link joins 'frankfurt' and 'berlin' to replicate the volumes"
    )
  }

  /// 400 kB/s, six times that in bursts of 20 min that take 5 % of the time: 2.4 MB/s for 15 min.
  @Test func anIntervalIsLongerThanTheTransferOfWhatIsWrittenInIt() {
    let text = Shop.twoSites(replication: "layer: storage, mode: interval, interval: 15 min")
    #expect(Shop.errors(in: text.replacing("rate: 1 Gbit/s", with: "rate: 20 Mbit/s")) == [])
    check(
      Shop.errors(in: text.replacing("rate: 1 Gbit/s", with: "rate: 10 Mbit/s")),
      "73:100: error: a snapshot every 15 min takes longer to send: up to 2060 MiB changes, "
        + "and 'backbone' carries 1.25 MB/s, which takes 28 min 48 s",
      "write a longer interval, or give 'backbone' a higher rate")
  }

  /// Pages that are written again are sent once: no more than the volume holds.
  @Test func aVolumeDoesNotChangeByMoreThanItHolds() {
    let text = Shop.twoSites(replication: "layer: storage, mode: interval, interval: 15 min")
      .replacing("used: 60 %", with: "used: 0.5 %")
    #expect(Shop.errors(in: text.replacing("rate: 1 Gbit/s", with: "rate: 10 Mbit/s")) == [])
  }

  @Test func aJournalHoldsAtLeastOneCheckpoint() {
    #expect(Shop.errors(in: Shop.twoSites(replication: "layer: hostIO, mode: async, journal: 12 MiB")) == [])
    check(
      Shop.errors(in: Shop.twoSites(replication: "layer: hostIO, mode: async, journal: 11 MiB")),
      "73:95: error: a journal of 11 MiB cannot hold one checkpoint: up to 12 MiB are written in 5 s",
      "write at least '12 MiB', or shorten 'checkpoint'")
  }

  @Test func aHeartbeatIsHeardWithinTheTolerance() {
    check(
      Shop.errors(
        in: Shop.twoSites(replication: "layer: storage, mode: sync, tolerance: 5 s, heartbeat: 5 s")),
      "73:113: error: a heartbeat every 5 s is not heard within the tolerance of 5 s",
      "write a heartbeat below the tolerance, usually a sixth of it or less")
  }
}

/// One error, with its place and its mend.
func check(_ errors: [String], _ head: String, _ hint: String, _ location: SourceLocation = #_sourceLocation)
{
  #expect(errors.count == 1, "\(errors)", sourceLocation: location)
  #expect(errors.first?.hasPrefix("shop.yaml:\(head)\n") == true, "\(errors)", sourceLocation: location)
  #expect(errors.first?.hasSuffix("\nhint: \(hint)") == true, "\(errors)", sourceLocation: location)
}
