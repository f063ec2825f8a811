import Storage

/// The logical log of one transaction: its changes, for replay on another database.
public struct CommittedChange: Hashable, Sendable {
  /// The number of the transaction, consecutive from 1.
  public let position: Int
  /// A changeset of SQLite's session extension (sqlite.org/sessionintro.html).
  public let bytes: Bytes
  /// The checksum over position and bytes.
  public let checksum: UInt64

  public init(position: Int, bytes: Bytes) {
    self.init(position: position, bytes: bytes, checksum: Self.checksum(position, bytes))
  }

  /// Creates a record received over a wire. `isIntact` says whether it is undamaged.
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
