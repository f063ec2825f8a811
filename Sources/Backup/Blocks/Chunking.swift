import Storage
import Units

/// The method of dividing a stream into blocks.
public enum Chunking: Hashable, Sendable {
  /// Blocks of one size in bytes, for volumes, where a change does not move the following data.
  case fixed(Int)
  /// Blocks cut by content, for files, where an insertion moves the following data. Sizes are in bytes;
  /// `average` is a power of two.
  case contentDefined(minimum: Int, average: Int, maximum: Int)

  /// The chunking for volumes: blocks of 64 KiB.
  public static let volume = Chunking.fixed(65_536)
  /// The chunking for files: blocks of 16 KiB to 256 KiB, 64 KiB on average.
  public static let file = Chunking.contentDefined(minimum: 16_384, average: 65_536, maximum: 262_144)

  /// The chunking for trees: blocks of 4 KiB to 64 KiB, 16 KiB on average. A changed name stores little.
  public static let tree = Chunking.contentDefined(minimum: 4_096, average: 16_384, maximum: 65_536)

  /// The largest size of a block.
  public var maximum: Int {
    switch self {
    case .fixed(let size): size
    case .contentDefined(_, _, let maximum): maximum
    }
  }

  static let sizeMaximum = 1 << 24

  /// Whether the sizes are valid: positive, ascending, at most 16 MiB, the average a power of two.
  var isValid: Bool {
    switch self {
    case .fixed(let size): (512...Self.sizeMaximum).contains(size)
    case .contentDefined(let minimum, let average, let maximum):
      minimum >= 64 && minimum <= average && average <= maximum && maximum <= Self.sizeMaximum
        && average & (average - 1) == 0
    }
  }

  /// Returns the ends of the blocks of `bytes`. Unless `isLast`, the bytes after the last end belong to a
  /// block that continues.
  func ends(in bytes: Bytes, isLast: Bool) -> [Int] {
    switch self {
    case .fixed(let size):
      var ends = Array(stride(from: size, through: bytes.count, by: size))
      if isLast, bytes.count % size != 0 { ends.append(bytes.count) }
      return ends
    case .contentDefined(let minimum, let average, let maximum):
      let gear = GearHash(minimum: minimum, average: average, maximum: maximum)
      return gear.ends(in: bytes, isLast: isLast)
    }
  }
}

extension Chunking {
  func write(to writer: inout ByteWriter) {
    switch self {
    case .fixed(let size):
      writer.write(UInt8(0))
      writer.write(UInt32(size))
    case .contentDefined(let minimum, let average, let maximum):
      writer.write(UInt8(1))
      for size in [minimum, average, maximum] { writer.write(UInt32(size)) }
    }
  }

  init(from reader: inout ByteReader) throws(JobFailure) {
    switch try reader.read(UInt8.self) {
    case 0: self = .fixed(Int(try reader.read(UInt32.self)))
    case 1:
      let minimum = Int(try reader.read(UInt32.self))
      let average = Int(try reader.read(UInt32.self))
      self = .contentDefined(minimum: minimum, average: average, maximum: Int(try reader.read(UInt32.self)))
    default: throw .damaged("an unknown way of dividing a stream")
    }
    guard isValid else { throw .damaged("a stream divided into blocks of impossible sizes") }
  }
}

extension Chunking {
  /// The usual size of a block in bytes.
  package var usualSize: Int {
    switch self {
    case .fixed(let size): size
    case .contentDefined(_, let average, _): average
    }
  }
}
