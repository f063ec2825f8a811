import Estate
import RecoveryPlanning
import Replication
import Testing
import Units

extension Shop {
  /// The shop with a copy nearby and another far away, which no link joins with production; the groups stand in lines 75
  /// and 76, the standby in line 77.
  static func threeSites(
    near: String = "layer: storage, mode: sync, site: potsdam, device: near-array",
    far: String = "from: near, layer: storage, mode: async, site: berlin, device: remote-array",
    after: String = "", links: String = "[potsdam, berlin]"
  ) -> String {
    text.replacing(
      "\nlinks:",
      with: "\n  potsdam: { region: eu-central, latitude: 52.39, longitude: 13.06 }\nlinks:"
        + "\n  metro: { between: [frankfurt, potsdam], rate: 10 Gbit/s, latency: 200 us }"
    )
    .replacing("[frankfurt, berlin]", with: links)
    .replacing(
      "\nhosts:",
      with: "\n  near-array: { site: potsdam, kind: array, rate: 800 MB/s, latency: 500 us }\nhosts:"
    )
    .replacing("        replica: remote\n", with: "")
    .replacing("      rebuild: { site: berlin, device: remote-array, provision: 3 h }\n", with: "")
      + """
          disasterRecovery:
            groups:
              near: { \(near) }
              far: { \(far) }
            standby: { kind: hotStandby, redirect: 5 min }

      """
      + after
  }
}

/// The keys for a copy that feeds another.
@Suite struct CascadeScenarioTests {
  private func estimate(of disaster: String, settings: [String] = []) throws -> ClosedFormEstimate {
    let text = Shop.threeSites().replacing(
      "cause: fire, site: frankfurt, detect: 2 min", with: disaster
    )
    let usual = ["window=1 d", "warmUp=1 d", "disasters.array-then-deletion.strikes={ spread: 1 }"]
    let scenario = try Shop.read(text, settings: usual + settings)
    let schedules = scenario.blueprint.volumes.enumerated().map { place, plan in
      WorkloadSchedule(
        volume: VolumeID(place), plan: plan, scale: scenario.scale, seed: scenario.seed,
        start: scenario.start, end: scenario.windowEnd)
    }
    return ClosedFormEstimate(
      of: scenario.disasters[1], under: scenario.strategies[0], in: scenario, schedules: schedules)
  }

  @Test func aCopyIsFedByTheOneThatItNamesAndNeedsNoLinkToProduction() throws {
    let recovery = try #require(try Shop.read(Shop.threeSites()).strategies[0].disasterRecovery)
    #expect(recovery.groups.map(\.feeder) == [nil, "near"])
    #expect(recovery.groups[1].volumes == nil)
    let near = "volumes: [db-data], layer: storage, mode: sync, site: potsdam, device: near-array"
    let named = try #require(
      try Shop.read(Shop.threeSites(near: near)).strategies[0].disasterRecovery)
    #expect(named.groups[1].volumes == [VolumeID(0)])
  }

  @Test(arguments: [
    (
      "from: neer, layer: storage, mode: async, site: berlin, device: remote-array",
      "76:22: error: there is no protection group 'neer'", "did you mean 'near'? the others are: near"
    ),
    (
      "from: far, layer: storage, mode: async, site: berlin, device: remote-array",
      "76:22: error: a cycle of replication: 'far' from 'far'",
      "let production feed one of them: remove its 'from'"
    ),
    (
      "from: near, layer: storage, mode: sync, site: berlin, device: remote-array",
      "76:50: error: nobody waits for a copy that is fed by another, and so it is not synchronous",
      "write 'mode: async' or 'mode: interval'"
    ),
    (
      "from: near, layer: hostIO, mode: async, journal: 1 GiB, site: berlin, device: remote-array",
      "76:35: error: where 'near' stands no host writes: it is the storage that passes its copy on",
      "write 'layer: storage' with 'mode: async' or 'mode: interval'"
    ),
  ])
  func whatAFedCopyCannotBeIsToldWithItsMend(far: String, head: String, hint: String) {
    check(Shop.errors(in: Shop.threeSites(far: far)), head, hint)
  }

  @Test(arguments: [
    (
      "from: far, layer: storage, mode: async, site: potsdam, device: near-array",
      "error: a cycle of replication: 'near' from 'far' from 'near'",
      "let production feed one of them: remove its 'from'"
    ),
    (
      "layer: hostIO, mode: async, journal: 1 GiB, site: potsdam, device: near-array",
      "error: 'near' holds a journal, of which no copy can be made as it grows",
      "let a group of the layer 'storage' feed it that is replicated all the time, such as 'mode: sync'"
    ),
    (
      "layer: storage, mode: interval, interval: 1 h, site: potsdam, device: near-array",
      "error: 'near' holds a snapshot that is brought up to date now and then, of which no copy can be made as it grows",
      "let a group of the layer 'storage' feed it that is replicated all the time, such as 'mode: sync'"
    ),
  ])
  func whatCannotFeedACopyIsToldWithItsMend(near: String, head: String, hint: String) {
    let errors = Shop.errors(in: Shop.threeSites(near: near))
    #expect(errors.contains { $0.contains(head) && $0.hasSuffix("hint: \(hint)") }, "\(errors)")
  }

  @Test func theNearerCopyIsNamedFirst() {
    let far = "from: middle, layer: storage, mode: async, site: berlin, device: remote-array"
    let text = Shop.threeSites(far: far)
      .replacing("near: {", with: "middle: {")
    #expect(Shop.errors(in: text) == [])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let place = lines.firstIndex(where: { $0.contains("middle: {") }) else {
      Issue.record("no group")
      return
    }
    var swapped = lines
    swapped.swapAt(place, place + 1)
    let errors = Shop.errors(in: swapped.joined(separator: "\n"))
    #expect(
      errors.contains {
        $0.contains("75:22: error: 'middle' feeds 'far' and is named after it")
          && $0.hasSuffix("hint: name 'middle' first: of two copies the nearer one comes before the other")
      }, "\(errors)")
  }

  @Test func theTwoCopiesAreJoinedByALinkAndStandApart() {
    check(
      Shop.errors(in: Shop.threeSites(links: "[frankfurt, berlin]")),
      "76:63: error: no link joins 'potsdam' and 'berlin' to replicate the volumes",
      "add one to 'links': 'between: [potsdam, berlin]'")
    let far = "from: near, layer: storage, mode: async, site: potsdam, device: near-array"
    let errors = Shop.errors(in: Shop.threeSites(far: far))
    #expect(
      errors.contains {
        $0.contains("error: the copy stands in 'potsdam', as the one that feeds it: they are lost together")
      }, "\(errors)")
  }

  @Test func aFedCopyIsOfTheSameVolumes() {
    let text = Shop.threeSites(
      near: "volumes: [db-data], layer: storage, mode: sync, site: potsdam, device: near-array",
      far: "from: near, volumes: [db-data, extra], layer: storage, mode: async, site: berlin, "
        + "device: remote-array"
    ).replacing(
      "      db-data:\n",
      with: "      extra: { device: array, size: 1 GiB, used: 60 %, workload: { rate: 1 kB/s } }\n"
        + "      db-data:\n")
    #expect(
      Shop.errors(in: text).contains {
        $0.contains("error: 'near' feeds the group and is a copy of other volumes: db-data")
      })
  }

  @Test func whoWantsToComeHomeFromTheFarSiteNeedsALink() {
    let back = "      failback: { productionReturns: 6 h }\n"
    check(
      Shop.errors(in: Shop.threeSites(after: back)),
      "76:22: error: no link leads back from 'berlin' to 'frankfurt' once that has taken over",
      "add one to 'links': 'between: [frankfurt, berlin]', or remove 'failback'")
  }

  // MARK: Estimates

  @Test func byFormulaTheFarCopyLosesWhatBothWaysTake() throws {
    let near = try #require(try estimate(of: "cause: fire, site: frankfurt").rpo.duration)
    let both = "cause: earthquake, centre: { latitude: 51.2, longitude: 10.5 }, radius: 260 km"
    let far = try #require(try estimate(of: both, settings: ["sites.berlin.longitude=20"]).rpo.duration)
    let slow = try #require(
      try estimate(
        of: both, settings: ["sites.berlin.longitude=20", "links.backbone.rate=5 Mbit/s", "warmUp=8 d"]
      ).rpo.duration)
    #expect(near == .zero && far > .milliseconds(12 + 268) && far < .minutes(1) && slow > .minutes(30))
  }

  @Test func byFormulaTheFarCopyIsCutOffWithTheNearSite() throws {
    let settings = ["disasters.fire.followedBy={ disaster: theft, after: 2 h }"]
    let text = "cause: fire, site: potsdam"
    let loss = try #require(
      try estimate(
        of: text,
        settings: [
          "disasters.theft={ cause: fire, site: frankfurt }"
        ] + settings
      ).rpo.duration)
    #expect(loss >= .hours(2) && loss < .hours(2) + .minutes(1))
  }
}
