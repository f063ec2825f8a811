import Storage
import Units

/// Pure work on bytes that a job asks for, so that a driver can do it on any core, and a simulation can charge its time.
///
/// `run()` depends on nothing but the value, so a driver may remember its output: see `ComputationMemory`.
public enum Computation: Sendable {
  /// Where the blocks of a byte stream end.
  case divide(Division)
  /// The digests of blocks.
  case digest(Digesting)
  /// Blocks compressed and encrypted.
  case seal(Sealing)
  /// Sealed blocks put together to a pack.
  case assemble(Assembly)
  /// Blocks decrypted, decompressed and checked.
  case open(Opening)
  /// Index and condemnation objects decrypted and merged into a catalog.
  case load(CatalogLoad)
  /// A whole pack checked: header, table and every block.
  case check(PackCheck)

  public enum Output: Sendable {
    case ends([Int])
    case digests([Digest])
    case sealed(Sealed)
    case pack(Bytes)
    case blocks([Bytes?])
    case catalog(LoadedCatalog)
    case checked(CheckedPack)
  }

  public func run() -> Output {
    switch self {
    case .divide(let work): .ends(work.run())
    case .digest(let work): .digests(work.run())
    case .seal(let work): .sealed(work.run())
    case .assemble(let work): .pack(work.run())
    case .open(let work): .blocks(work.run())
    case .load(let work): .catalog(work.run())
    case .check(let work): .checked(work.run())
    }
  }

  /// How many bytes go through what, for a driver that charges time.
  public var work: Work {
    switch self {
    case .divide(let work): Work(divided: work.bytes.count)
    case .digest(let work): Work(digested: work.bytes.count)
    case .seal(let work):
      Work(compressed: work.length, encrypted: work.length)
    case .assemble(let work): Work(encrypted: work.blocks.count * PackedBlock.encodedSize)
    case .open(let work):
      Work(digested: work.length, decompressed: work.length, encrypted: work.storedLength)
    case .load(let work): Work(decompressed: work.length, encrypted: work.length)
    case .check(let work):
      Work(digested: work.bytes.count, decompressed: work.bytes.count, encrypted: work.bytes.count)
    }
  }

  /// Amounts of work by kind; encryption stands for decryption as well, which is as fast.
  public struct Work: Hashable, Sendable {
    public var divided = ByteCount.zero
    public var digested = ByteCount.zero
    public var compressed = ByteCount.zero
    public var decompressed = ByteCount.zero
    public var encrypted = ByteCount.zero

    init(
      divided: Int = 0, digested: Int = 0, compressed: Int = 0, decompressed: Int = 0, encrypted: Int = 0
    ) {
      self.divided = ByteCount(divided)
      self.digested = ByteCount(digested)
      self.compressed = ByteCount(compressed)
      self.decompressed = ByteCount(decompressed)
      self.encrypted = ByteCount(encrypted)
    }
  }
}

/// Where the blocks of some bytes of a stream end.
public struct Division: Sendable {
  let chunking: Chunking
  let bytes: Bytes
  /// Where pieces of the stream end, ascending: each is divided on its own. What follows the last belongs to a piece
  /// that goes on.
  let pieceEnds: [Int]

  func run() -> [Int] {
    var ends: [Int] = []
    var start = 0
    for end in pieceEnds {
      for cut in chunking.ends(in: bytes[start..<end], isLast: true) { ends.append(start + cut) }
      start = end
    }
    for cut in chunking.ends(in: bytes[start..<bytes.count], isLast: false) { ends.append(start + cut) }
    return ends
  }
}

/// The digests of the blocks that end at `ends`; a block of zeros has the digest zero.
public struct Digesting: Sendable {
  let bytes: Bytes
  let ends: [Int]

  func run() -> [Digest] {
    var start = 0
    return ends.map { end in
      let block = bytes[start..<end]
      start = end
      return block.isZero ? Block.zeroDigest : Digest(sha256: block)
    }
  }
}

/// New blocks to be compressed and encrypted; the frames are numbered from `firstNumber`.
public struct Sealing: Sendable {
  struct Item: Sendable {
    var digest: Digest
    var bytes: Bytes
  }

  let items: [Item]
  let key: JobKey
  let firstNumber: UInt64
  let level: Int32

  var length: Int { items.reduce(0) { $0 + $1.bytes.count } }

  func run() -> Sealed {
    Sealed(
      frames: items.enumerated().map { index, item in
        Bytes(
          Frame.seal(
            item.bytes, key: key, number: firstNumber + UInt64(index),
            binding: PackedBlock.binding(item.digest), level: level))
      })
  }
}

/// A frame for each block, in order.
public struct Sealed: Sendable {
  let frames: [Bytes]
}

/// Frames to be put together to one pack.
public struct Assembly: Sendable {
  let id: ObjectID
  let key: JobKey
  let frames: [Bytes]
  let blocks: [PackedBlock]
  let tableNumber: UInt64

  func run() -> Bytes {
    Pack.assemble(id, key: key, frames: frames, blocks: blocks, tableNumber: tableNumber)
  }
}

/// Blocks that were read from packs, to be decrypted, decompressed and checked against their digests.
public struct Opening: Sendable {
  struct Item: Sendable {
    var digest: Digest
    /// Of the frame within the bytes read.
    var range: Range<Int>
    var length: Int
  }

  /// What was read of one pack.
  struct Piece: Sendable {
    let bytes: Bytes
    let items: [Item]
    let salt: JobSalt
  }

  let pieces: [Piece]
  let master: MasterKey

  /// Of the blocks.
  var length: Int { pieces.reduce(0) { $1.items.reduce($0) { $0 + $1.length } } }
  /// Of what was read.
  var storedLength: Int { pieces.reduce(0) { $0 + $1.bytes.count } }

  /// The contents of each block in the order of pieces and items, `nil` for one that is damaged.
  func run() -> [Bytes?] {
    var latest: JobKey?
    return pieces.flatMap { piece in
      // Neighbouring pieces mostly are of one job.
      let key = latest.flatMap { $0.salt == piece.salt ? $0 : nil } ?? master.derive(piece.salt)
      latest = key
      return piece.items.map { item -> Bytes? in
        guard item.range.upperBound <= piece.bytes.count else { return nil }
        return try? Self.open(piece.bytes[item.range], item.digest, length: item.length, key: key)
      }
    }
  }

  static func open(_ frame: Bytes, _ digest: Digest, length: Int, key: JobKey) throws(JobFailure) -> Bytes {
    let plain = try Frame.open(frame, key: key, binding: PackedBlock.binding(digest))
    guard plain.count == length, Digest(sha256: plain) == digest else {
      throw .damaged("a block that does not have its digest")
    }
    return plain
  }
}

/// A whole pack to be checked: every byte of it, and whether it holds what the index says.
public struct PackCheck: Sendable {
  let id: ObjectID
  let bytes: Bytes
  /// What the index lists.
  let listed: [PackedBlock]
  let salt: JobSalt
  let master: MasterKey

  func run() -> CheckedPack {
    let key = master.derive(salt)
    var problem: String?
    var blocks = listed
    do throws(JobFailure) {
      let entry = try Pack.table(of: bytes, id, key: master)
      guard entry.salt == salt else { throw .damaged("it is another job's pack") }
      blocks = entry.blocks
      if !Set(listed).isSubset(of: blocks) {
        problem = "does not hold what the index says"
        blocks += listed
      }
    } catch {
      problem = "\(error)"
    }
    let damaged = blocks.filter { block in
      let end = Int(block.offset) + Int(block.storedLength)
      guard end <= bytes.count else { return true }
      let frame = bytes[Int(block.offset)..<end]
      return (try? Opening.open(frame, block.digest, length: Int(block.length), key: key)) == nil
    }
    if !damaged.isEmpty { problem = "holds \(damaged.count) blocks that are not as they were written" }
    return CheckedPack(damaged: damaged.map(\.digest), problem: problem)
  }
}

/// What a check has found.
public struct CheckedPack: Sendable {
  let damaged: [Digest]
  /// `nil` when the pack is as it was written.
  let problem: String?
}
