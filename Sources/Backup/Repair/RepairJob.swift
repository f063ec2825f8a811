import Storage
import Units

/// Rebuilds lost or damaged indexes from the packs, which have tables of their blocks. Intact blocks of
/// damaged packs are stored again, so the next backup only stores the others.
///
/// Nothing is deleted, and only unreadable index objects are replaced. Everything that could be restored
/// before can be restored after.
public struct RepairJob: Job {
  public enum Outcome: Sendable {
    case repaired(Repairing)
    case failed(JobFailure)
  }

  private var pump: Pump<RepairSteps>

  /// - Parameters:
  ///   - readsAll: Whether it looks for damaged packs, for which all of them are read.
  ///   - salt: New for every job.
  public init(readsAll: Bool = false, key: MasterKey, salt: JobSalt, options: JobOptions = JobOptions()) {
    options.validate()
    pump = Pump(
      RepairSteps(readsAll: readsAll, key: key, salt: salt, options: options),
      window: options.windowOfAllStages)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The results of a repair.
public struct Repairing: Hashable, Sendable {
  /// The number of packs that no index listed and that are listed again.
  public internal(set) var packs = 0
  /// The packs whose own table cannot be read.
  public internal(set) var unreadable: [ObjectKey] = []
  /// The number of index objects that could not be read and were replaced.
  public internal(set) var replacedIndexes = 0
  /// The number of damaged packs whose intact blocks were stored again.
  public internal(set) var damagedPacks = 0
  /// The number of unreadable blocks in them.
  public internal(set) var lostBlocks = 0
  /// The index objects that can neither be read nor replaced. The owner of the store may remove them.
  public internal(set) var irreplaceable: [ObjectKey] = []

  /// Creates results without any work done.
  public init() {}
}
