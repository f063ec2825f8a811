import Storage
import Units

/// Pure work on bytes that a job requests. A driver can run it on any core, and a simulation can charge its
/// time.
///
/// `run()` depends on nothing but the value, so a driver may remember its output: see `ComputationMemory`.
public enum Computation: Sendable {
  /// Finds the ends of blocks in a byte stream.
  case divide(ChunkingWork)
  /// Computes the digests of blocks.
  case digest(Digesting)
  /// Compresses and encrypts blocks.
  case seal(Sealing)
  /// Assembles sealed blocks to a pack.
  case assemble(Assembly)
  /// Decrypts, decompresses and verifies blocks.
  case open(Opening)
  /// Decrypts index and condemnation objects and merges them into a catalog.
  case load(CatalogLoad)
  /// Verifies a whole pack: header, table and every block.
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

  /// The amount of work by kind, for a driver that charges time.
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

  /// Amounts of work by kind. Encryption includes decryption, which is equally fast.
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

/// The division of some bytes of a stream into blocks.
public struct ChunkingWork: Sendable {
  let chunking: Chunking
  let bytes: Bytes
  /// The ends of the stream's pieces, ascending. Each piece is divided separately; the bytes after the last
  /// end belong to a piece that continues.
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

/// The computation of digests for the blocks that end at `ends`. A block of zeros has the digest zero.
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

/// The sealing of new blocks. Their frames are numbered from `firstNumber`.
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

/// The frames of the blocks, in order.
public struct Sealed: Sendable {
  let frames: [Bytes]
}

/// The assembly of frames to one pack.
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

/// The opening of blocks read from packs: decryption, decompression and comparison with their digests.
public struct Opening: Sendable {
  struct Item: Sendable {
    var digest: Digest
    /// The range of the frame within the bytes read.
    var range: Range<Int>
    var length: Int
  }

  /// The bytes read from one pack.
  struct Piece: Sendable {
    let bytes: Bytes
    let items: [Item]
    let salt: JobSalt
  }

  let pieces: [Piece]
  let master: MasterKey

  /// The total length of the blocks.
  var length: Int { pieces.reduce(0) { $1.items.reduce($0) { $0 + $1.length } } }
  /// The total length of the bytes read.
  var storedLength: Int { pieces.reduce(0) { $0 + $1.bytes.count } }

  /// Returns the contents of each block in the order of pieces and items; `nil` for a damaged one.
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

/// The verification of a whole pack: every byte, and the match with the index.
public struct PackCheck: Sendable {
  let id: ObjectID
  let bytes: Bytes
  /// The blocks that the index lists.
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

/// The result of verifying a pack.
public struct CheckedPack: Sendable {
  let damaged: [Digest]
  /// The problem; `nil` when the pack is as it was written.
  let problem: String?
}
