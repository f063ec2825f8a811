import Backup
import Database
import Estate
import Replication
import Storage
import Testing
import Units

/// One service that is a real database on the array of one site, a transaction every four seconds or so, and a second site
/// with an array, at full scale.
enum SmallBank {
  static let data = VolumeID(0)
  static let log = VolumeID(1)
  static let both = [data, log]
  static let bank = DatabaseID(0)

  /// Recorded once for all tests.
  private static let drawn = Result {
    try WorkloadSchedule.draw(
      blueprint, scale: .full, seed: 3, start: SmallEstate.start, end: SmallEstate.start + .hours(8))
  }

  static func world(minutes: Int64 = 0, _ protect: (inout World) -> Void = { _ in }) throws -> World {
    let (schedules, databases, images) = try drawn.get()
    var world = World(
      blueprint: blueprint, scale: .full, seed: 3, schedules: schedules, databases: databases, images: images,
      speeds: EngineSpeeds(), start: SmallEstate.start)
    world.checksInvariants = true
    protect(&world)
    world.run(through: SmallEstate.start + .minutes(minutes))
    return world
  }

  static func replicated(_ mode: ApplicationMode, minutes: Int64 = 0) throws -> World {
    try world(minutes: minutes) { $0.protect(with: SmallEstate.replication(.application(mode))) }
  }

  static func history() throws -> BankHistory { try drawn.get().databases[0].recording.history }

  private static var blueprint: Blueprint {
    var blueprint = SmallEstate.blueprint(flushInterval: .zero)
    let plan = DatabasePlan(
      data: data, log: log, churn: TransactionChurn(perSecond: .percent(25)), accounts: 64)
    blueprint.services[0].database = plan
    blueprint.volumes[0].used = .percent(10)
    blueprint.volumes[0].size = .mebibytes(4)
    blueprint.volumes[1].used = .percent(40)
    return blueprint
  }
}

extension World {
  /// Fails over, and tells what is missing at the DR site of what was acknowledged until now.
  mutating func failOver(to reader: StampReader) throws -> Inspection {
    let pair = try #require(protectionGroups.first)
    let outage = now
    startFailover(of: pair)
    try awaitOccurrence { if case .promoted = $0 { true } else { false } }
    resume(SmallEstate.service)
    return inspect(SmallBank.both, against: outage, reader: reader)
  }

  /// Protects the bank again, brings it home by a planned move that compares both sides, and protects it once more.
  ///
  /// - Parameter delay: from the protection to the move.
  mutating func comeHome(after delay: Duration = .zero) throws {
    let pair = try #require(protectionGroups.first)
    startReprotection(of: pair)
    try awaitOccurrence { if case .protected = $0 { true } else { false } }
    run(through: now + delay)
    quiesce()
    startDraining(of: pair)
    try awaitOccurrence { if case .drained = $0 { true } else { false } }
    startSwitchover(of: pair)
    try awaitOccurrence { if case .promoted = $0 { true } else { false } }
    startComparison(of: pair)
    try awaitOccurrence { if case .compared(_, isEqual: true) = $0 { true } else { false } }
    startReprotection(of: pair)
    try awaitOccurrence { if case .protected = $0 { true } else { false } }
    resume(SmallEstate.service)
  }

  private struct NothingCame: Error {}

  private mutating func awaitOccurrence(_ isIt: (Occurrence) -> Bool) throws {
    let limit = now + .hours(2)
    while let occurrence = nextOccurrence(through: limit) { if isIt(occurrence) { return } }
    throw NothingCame()
  }
}
