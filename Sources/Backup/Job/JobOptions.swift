import Units

/// How a job works; every job takes what concerns it.
public struct JobOptions: Hashable, Sendable {
  /// Requests outstanding at once, at least 1: how far reading, computing and storing overlap.
  public var window = 8
  /// Bytes in one read of a stream, or one read of a pack, unless a single block is larger.
  public var transferSize = 1 << 20
  /// A pack is closed when it holds so many bytes; at most 512 MiB.
  public var packSize = 8 << 20
  /// zstd's level, 1 (fast) to 19 (small).
  public var compressionLevel: Int32 = 1
  /// Unneeded bytes that a restore would rather read than begin another read.
  public var gapMaximum = 64 << 10
  /// A job that has run for so long may be taken for dead.
  public var lease = Duration.hours(24)

  /// A backup writes down what is durable so far whenever so many bytes of packs, and an eighth of all its packs, are
  /// on no index yet: what it has stored is then not stored again when it is cut off and another follows. `nil`: never.
  public var checkpoint: ByteCount?
  /// Whether a backup hands over what it knows of the vault to the next of the same agent: a hundred bytes of memory a block.
  public var keepsMemory = true
  /// Whether a job looks which of the packs on the indexes are there, so that no new point stands on one that is lost, and
  /// of two copies of a block the one that is there is read. One listing of the vault's packs.
  public var looksForPacks = true

  public init() {}

  func validate() {
    precondition(window >= 1 && transferSize >= 1 && gapMaximum >= 0, "a job needs room to work")
    precondition((1...(512 << 20)).contains(packSize), "a pack is at most 512 MiB")
    precondition((1...19).contains(compressionLevel), "zstd's levels are 1 to 19")
    precondition(lease > .zero, "a lease lasts for some time")
  }
}
