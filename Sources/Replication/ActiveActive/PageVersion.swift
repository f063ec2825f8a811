import Storage
import Units

/// A page in the version that one of two serving sites wrote.
///
/// A version is a Lamport clock (44 bits), a count of restarts (12) and the number of the site (8). Any two
/// versions differ, and both sites agree which is newer. A write gets a new clock. A page in doubt after a
/// crash keeps its clock and counts a restart. It is then newer than the known version and older than any
/// future write.
public struct PageVersion: Hashable, Sendable {
  public var volume: UInt32
  public var page: UInt32
  /// The clock, the restart count and the site.
  public var stamp: UInt64
  /// The receiver's last version that this version replaced, directly or through successors.
  public var seen: UInt64
  /// The contents; empty for a page of zeros.
  public var bytes: Bytes
  /// The size that the version is charged for. The size is not sent, because a real version is charged for
  /// its contents.
  public var nominalSize: ByteCount

  static let overhead = 28

  static func stamp(clock: UInt64, node: UInt8) -> UInt64 { clock << 20 | UInt64(node) }
  static func clock(of stamp: UInt64) -> UInt64 { stamp >> 20 }

  /// Whether the version marks a page in doubt and not a write. A site renews such pages after a crash of
  /// either site.
  static func isRestart(_ stamp: UInt64) -> Bool { stamp >> 8 & 0xFFF != 0 }

  /// Returns a site's next version of a page with unchanged contents.
  static func successor(of stamp: UInt64, node: UInt8) -> UInt64 { (stamp >> 8 + 1) << 8 | UInt64(node) }

  func encode(into writer: inout FieldWriter) {
    writer.write(volume)
    writer.write(page)
    writer.write(stamp)
    writer.write(seen)
    writer.write(UInt32(bytes.count))
    writer.write(bytes)
  }

  /// The number of real versions that this one represents.
  var representedCount: Int64 {
    bytes.isEmpty ? 1 : max(1, (nominalSize.bytes + Int64(bytes.count) - 1) / Int64(bytes.count))
  }

  /// The size that links are charged for: the encoded size of all versions that this one represents.
  public var chargedSize: ByteCount { nominalSize + ByteCount(Int64(Self.overhead) * representedCount) }

  init(
    volume: Int, page: Int, stamp: UInt64, seen: UInt64, bytes: Bytes, nominalSize: ByteCount? = nil
  ) {
    (self.volume, self.page) = (UInt32(volume), UInt32(page))
    (self.stamp, self.seen, self.bytes) = (stamp, seen, bytes)
    self.nominalSize = bytes.isEmpty ? .zero : nominalSize ?? ByteCount(bytes.count)
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    volume = try reader.read()
    page = try reader.read()
    stamp = try reader.read()
    seen = try reader.read()
    bytes = try reader.readBytes(Int(try reader.read(UInt32.self)))
    nominalSize = ByteCount(bytes.count)
  }
}

/// A conflict: two sites wrote one page independently. The newer version wins, and the other is lost.
public struct Conflict: Hashable, Sendable {
  public var volume: Int
  public var page: Int
  public var winner: UInt64
  public var loser: UInt64
}
