import Estate
import Replication
import Storage
import Testing
import Units

/// The replication engines at work in the world: what a failover brings back is what was promised.
@Suite struct ReplicationTests {
  static let modes: [ReplicationPolicy.Mode] = [
    .storage(.asynchronous), .storage(.memorySynchronous), .storage(.synchronous),
    .storage(.witnessedSynchronous), .storage(.strictSynchronous), .storage(.interval(.minutes(10))),
    .hostIO(.asynchronous(checkpointInterval: .seconds(5))), .hostIO(.synchronous),
  ]
  static let synchronous: [ReplicationPolicy.Mode] = [
    .storage(.synchronous), .storage(.witnessedSynchronous), .storage(.strictSynchronous),
    .hostIO(.synchronous),
  ]
  private let reader = StampReader()

  private func world(_ mode: ReplicationPolicy.Mode, minutes: Int64 = 60) -> World {
    var world = SmallEstate.world()
    world.protect(with: SmallEstate.replication(mode))
    world.run(through: SmallEstate.start + .minutes(minutes))
    return world
  }

  /// Fails over and returns what is missing at the DR site of what was acknowledged until the outage.
  private func failOver(_ world: inout World) throws -> Inspection? {
    let pair = try #require(world.protectionGroups.first)
    let outage = world.now
    world.startFailover(of: pair)
    while let occurrence = world.nextOccurrence(through: outage + .hours(2)) {
      if case .promotionRefused = occurrence { return nil }
      if case .promoted = occurrence {
        world.resume(SmallEstate.service)
        return world.inspect(SmallEstate.both, against: outage, reader: reader)
      }
    }
    Issue.record("nothing came of the failover")
    return nil
  }

  @Test(arguments: modes)
  func aFailoverAfterAFireServesAPrefixAtTheOtherSite(mode: ReplicationPolicy.Mode) throws {
    var world = world(mode)
    #expect(world.ledger.acknowledgedWrites(of: VolumeID(0)) > 100)
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    let inspection = try #require(try failOver(&world))
    #expect(inspection.isUsable, "\(inspection)")
    #expect(world.isUp(SmallEstate.service))
    #expect(world.site(of: SmallEstate.host) == SmallEstate.there)
  }

  @Test(arguments: synchronous)
  func aSynchronousModeLosesNothingWhileInSync(mode: ReplicationPolicy.Mode) throws {
    for minute in stride(from: Int64(30), through: 90, by: 7) {
      var world = world(mode, minutes: minute)
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
      let inspection = try #require(try failOver(&world))
      #expect(inspection.isUsable && inspection.lostWrites == 0, "after \(minute) min: \(inspection)")
    }
  }

  @Test func whatAnIntervalLosesIsNoOlderThanTwoOfThem() throws {
    var losses: [Duration] = []
    for minute in stride(from: Int64(45), through: 75, by: 3) {
      var world = world(.storage(.interval(.minutes(10))), minutes: minute)
      world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
      let inspection = try #require(try failOver(&world))
      #expect(inspection.isUsable)
      losses.append(inspection.earliestMissing.map { SmallEstate.start + .minutes(minute) - $0 } ?? .zero)
    }
    #expect(losses.allSatisfy { $0 <= .minutes(20) })
    #expect(losses.contains { $0 > .minutes(5) })
  }

  @Test func aSynchronousModeThatGoesOnAloneLosesWhatItWroteAlone() throws {
    var world = world(.storage(.synchronous))
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1)))
    world.run(through: world.now + .minutes(30))
    #expect(world.isUp(SmallEstate.service))
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    let outage = world.now
    let inspection = try #require(try failOver(&world))
    let loss = outage - (inspection.earliestMissing ?? outage)
    #expect(inspection.isUsable && loss > .minutes(28) && loss <= .minutes(31))
  }

  @Test func aStrictModeStopsTheServiceRatherThanGoOnAlone() throws {
    var world = world(.storage(.strictSynchronous))
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .hours(1)))
    world.run(through: world.now + .minutes(5))
    #expect(!world.isUp(SmallEstate.service))
  }

  @Test func aLinkThatIsMendedEndsInACopyThatIsInSyncAgain() throws {
    var world = world(.storage(.asynchronous))
    let pair = try #require(world.protectionGroups.first)
    world.strike(SmallEstate.strike(.linkFault, .link(SmallEstate.link), lasting: .minutes(20)))
    world.run(through: world.now + .minutes(10))
    #expect(!world.replicationRecord(of: pair).isProtected)
    #expect(world.replicationLag(of: pair).map { $0.age(at: world.now) > .minutes(9) } == true)
    world.run(through: world.now + .minutes(40))
    #expect(world.replicationRecord(of: pair).isProtected)
    #expect(world.replicationRecord(of: pair).unprotectedTime >= .minutes(19))
  }

  @Test(arguments: modes)
  func replicationCopiesADeletionFaithfully(mode: ReplicationPolicy.Mode) throws {
    var world = world(mode)
    world.strike(SmallEstate.strike(.accidentalDeletion, .volumes([VolumeID(0)])))
    world.run(through: world.now + .minutes(30))
    let inspection = try #require(try failOver(&world))
    #expect(!inspection.isUsable)
  }

  @Test func aSiteThatLostItsPowerTakesOverWhenItIsBack() throws {
    var world = world(.storage(.asynchronous))
    world.strike(SmallEstate.strike(.powerOutage, .site(SmallEstate.there), lasting: .hours(1)))
    world.strike(SmallEstate.strike(.fire, .site(SmallEstate.here)))
    #expect(!world.canFailOver(to: SmallEstate.there))
    #expect(world.canFailOverAgain(to: SmallEstate.there) == SmallEstate.start + .hours(2))
    world.run(through: SmallEstate.start + .hours(2) + .minutes(1))
    let inspection = try #require(try failOver(&world))
    #expect(inspection.isUsable)
  }

  @Test func equalWorldsReplicateEqually() {
    let a = world(.hostIO(.asynchronous(checkpointInterval: .seconds(5))))
    let b = world(.hostIO(.asynchronous(checkpointInterval: .seconds(5))))
    #expect(a.trace == b.trace)
    #expect(a.metered == b.metered)
  }
}
