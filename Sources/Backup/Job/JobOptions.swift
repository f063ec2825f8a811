import Units

/// The options of jobs. Every job uses those that concern it.
public struct JobOptions: Hashable, Sendable {
  /// The number of reads that are outstanding at once, at least 1; and likewise of computations and of stores.
  public var window = 8
  /// The bytes in one read of a stream or pack, unless a single block is larger.
  public var transferSize = 1 << 20
  /// The size at which a pack is closed, at most 512 MiB.
  public var packSize = 8 << 20
  /// zstd's level, 1 (fast) to 19 (small).
  public var compressionLevel: Int32 = 1
  /// The number of whole packs that a verification holds in memory, at most `window`. It limits the overlap of
  /// reading and checking.
  public var heldPacks = 8
  /// The largest gap that a restore reads rather than starting another read.
  public var gapMaximum = 64 << 10
  /// The running time after which a job may be considered dead.
  public var lease = Duration.hours(24)

  /// The amount of unlisted packs at which a backup writes an index. The packs must also be an eighth of all
  /// its packs. An interrupted backup's blocks are then not stored again; `nil` for never.
  public var checkpoint: ByteCount?
  /// Whether a backup passes its knowledge of the vault to the agent's next one. The cost is a hundred bytes
  /// of memory per block.
  public var keepsMemory = true
  /// Whether a job checks by one listing which listed packs exist. New points then refer to no lost pack, and
  /// existing copies of blocks are preferred.
  public var looksForPacks = true

  public init() {}

  /// The number of outstanding requests of a job that reads, computes and stores.
  ///
  /// Each stage has a window of its own. Otherwise the next reads would wait for the computations and stores of those
  /// before, wherever all reads of a window end at the same instant.
  var windowOfAllStages: Int { 3 * window }

  func validate() {
    precondition(window >= 1 && transferSize >= 1 && gapMaximum >= 0, "a job needs room to work")
    precondition(heldPacks >= 1, "a verification needs room for a pack")
    precondition((1...(512 << 20)).contains(packSize), "a pack is at most 512 MiB")
    precondition((1...19).contains(compressionLevel), "zstd's levels are 1 to 19")
    precondition(lease > .zero, "a lease lasts for some time")
  }
}
