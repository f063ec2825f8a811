import Testing

/// The settings of a scenario with two sites that both serve.
@Suite struct ActiveActiveScenarioTests {
  private static let replication = "layer: storage, mode: activeActive"
  private static let standby = "kind: activeActive, redirect: 5 min"

  @Test func serversThatServeAllTheTimeNeedAGroupThatIsServedTwice() {
    check(
      Shop.errors(in: Shop.twoSites(replication: "layer: storage, mode: sync", standby: Self.standby)),
      "74:24: error: servers that serve all the time have no volumes that they may write to",
      "write 'mode: activeActive' for a group, or 'kind: hotStandby'")
    check(
      Shop.errors(
        in: Shop.twoSites(replication: Self.replication, standby: "kind: hotStandby, redirect: 5 min")),
      "74:24: error: a 'hotStandby' serves nobody, and the group 'replication' is served at both sites",
      "write 'kind: activeActive', or another mode for the group")
  }

  @Test func noClockPutsTheWritesOfTwoSitesInOrder() {
    check(
      Shop.errors(
        in: Shop.twoSites(replication: "\(Self.replication), groupClock: true", standby: Self.standby)),
      "73:106: error: no clock puts the writes of two sites that both serve in one order",
      "remove 'groupClock'")
  }

  @Test func aDatabaseHasOneWriter() {
    check(
      Shop.errors(in: Shop.bank(group: Self.replication, standby: "kind: activeActive")),
      "71:80: error: 'database' is a database: it has one writer, and cannot serve at two sites",
      "leave its volumes to a group of another mode, such as 'witnessedSync'")
  }

  @Test func nobodyTakesOverByItselfWhereBothServe() {
    let text = Shop.twoSites(replication: Self.replication, standby: Self.standby).replacing(
      "standby: { \(Self.standby) }",
      with: "standby: { \(Self.standby) }\n      automatic: { missedHeartbeats: 5 }")
    check(
      Shop.errors(in: text),
      "73:80: error: both sites serve the group 'replication' already: none of them takes over by itself",
      "remove 'automatic', or write another mode for the group")
  }

  @Test func aVolumeThatIsServedTwiceHasNoOtherCopy() {
    let group = "site: berlin, device: remote-array"
    let text = Shop.twoSites(replication: Self.replication, standby: Self.standby).replacing(
      "replication: { \(group), \(Self.replication) }",
      with:
        "groups: { both: { \(group), \(Self.replication) }, far: { \(group), layer: storage, mode: async } }")
    let errors = Shop.errors(in: text).compactMap { $0.split(separator: "\n").first }
    #expect(errors.contains { $0.contains("is served by two sites, and another group copies") }, "\(errors)")
  }
}
