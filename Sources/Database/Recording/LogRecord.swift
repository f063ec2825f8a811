import Storage

/// The logical log of one transaction: what it changed, to be carried out on another database.
public struct LogRecord: Hashable, Sendable {
  /// The number of the transaction; the first is 1 and each follows its predecessor.
  public let position: Int
  /// A changeset of SQLite's session extension (sqlite.org/sessionintro.html).
  public let bytes: Bytes
  /// Over position and bytes.
  public let checksum: UInt64

  public init(position: Int, bytes: Bytes) {
    self.init(position: position, bytes: bytes, checksum: Self.checksum(position, bytes))
  }

  /// A record as it came over a wire; whether it is whole is told by `isIntact`.
  public init(position: Int, bytes: Bytes, checksum: UInt64) {
    self.position = position
    self.bytes = bytes
    self.checksum = checksum
  }

  public var isIntact: Bool { checksum == Self.checksum(position, bytes) }

  private static func checksum(_ position: Int, _ bytes: Bytes) -> UInt64 {
    bytes.withUnsafeBytes { UInt64(bitPattern: Int64(position)).mixed(with: $0) }
  }
}
