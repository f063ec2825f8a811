import Storage
import Units

/// Rebuilds indexes that are lost or damaged from the packs, which say themselves what they hold; and stores what is whole in
/// damaged packs once more, so that the next backup stores the rest, where its source still has it.
///
/// Nothing is deleted, and nothing replaced but index objects that cannot be read: what could be restored before can
/// be restored after.
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
      RepairSteps(readsAll: readsAll, key: key, salt: salt, options: options), window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }
}

/// What a repair did.
public struct Repairing: Hashable, Sendable {
  /// Packs that no index listed and that are listed again.
  public internal(set) var packs = 0
  /// Packs whose own table cannot be read.
  public internal(set) var unreadable: [ObjectKey] = []
  /// Index objects that could not be read and were replaced.
  public internal(set) var replacedIndexes = 0
  /// Packs that were damaged, and of which what is whole was stored once more.
  public internal(set) var damagedPacks = 0
  /// Blocks in them that nobody can read.
  public internal(set) var lostBlocks = 0
  /// Index objects that can neither be read nor replaced: whoever owns the store may remove them.
  public internal(set) var irreplaceable: [ObjectKey] = []

  /// Nothing was done.
  public init() {}
}
