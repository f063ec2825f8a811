import Storage
import Units

/// A second real SQLite that applies the logical log of the first, on volumes of its own.
///
/// The position is stored in a table in the same transaction as the data. Each record thus takes effect
/// exactly once, even across restarts.
public final class Replica {
  /// The number of frames in the write-ahead log after which a record is followed by a checkpoint. A smaller
  /// log volume checkpoints at half its capacity.
  private static let framesPerCheckpoint = 128
  private static let bytesPerFrame = 4_120

  private let connection: Connection
  private let progress: Statement
  /// The position through which records are applied and durable.
  public private(set) var position: Int

  /// Creates a replica from a copy of the primary's volumes.
  public convenience init(seededFrom image: DatabaseImage) throws(StorageError) {
    try self.init(seededFrom: image, isRecording: false)
  }

  /// - Parameter isRecording: whether what it does to its volumes is written down, from its first record on.
  convenience init(seededFrom image: DatabaseImage, isRecording: Bool) throws(StorageError) {
    let connection = try Self.connection(to: image, isRecording: isRecording)
    try VirtualFileSystem.drawing(from: RandomStream(seed: 0, stream: "replica")) { () throws(StorageError) in
      try connection.transaction { () throws(StorageError) in
        let last = try connection.integer("SELECT max(number) FROM transfer") ?? 0
        try connection.execute(
          """
          CREATE TABLE IF NOT EXISTS replica (id INTEGER PRIMARY KEY, position INTEGER NOT NULL);
          INSERT OR REPLACE INTO replica VALUES (1, \(last));
          """)
      }
      try connection.checkpoint(truncatingLog: true)
    }
    connection.files.forgetEntries()
    try self.init(connection)
  }

  /// Restarts a replica from its volumes after a stop or power cut.
  public convenience init(restarting image: DatabaseImage) throws(StorageError) {
    try self.init(Self.connection(to: image, isRecording: false))
  }

  private init(_ connection: Connection) throws(StorageError) {
    guard let position = try connection.integer("SELECT position FROM replica WHERE id = 1") else {
      throw StorageError(.invalid, "the image is not that of a replica")
    }
    self.connection = connection
    self.position = Int(position)
    progress = try Statement("UPDATE replica SET position = ?1 WHERE id = 1", on: connection)
  }

  private static func connection(
    to image: DatabaseImage, isRecording: Bool
  ) throws(StorageError) -> Connection {
    let connection = try Connection(to: HostFiles(opening: image, isRecording: isRecording))
    try connection.execute("PRAGMA synchronous=FULL")
    try connection.watchLog()
    return connection
  }

  /// The present volumes, as a power cut would leave them.
  public var image: DatabaseImage { connection.files.image }

  /// The operations on the replica's volumes. Every record's transaction ends with its commit, followed by
  /// any checkpoint.
  var entries: [Recording.Entry] { connection.files.entries }

  /// Applies the next record. A record that was applied before changes nothing.
  ///
  /// Throws, and changes nothing, `conditionFailed` when a record in between is missing, `damaged` when the record is not
  /// what was sent or does not fit the data, `full` when a volume has no room.
  public func apply(_ record: CommittedChange) throws(StorageError) {
    guard record.isIntact else {
      throw StorageError(.damaged, "record \(record.position) fails its checksum")
    }
    guard record.position > position else { return }
    guard record.position == position + 1 else {
      throw StorageError(.conditionFailed, "record \(record.position) does not follow \(position)")
    }
    let salts = RandomStream(seed: 1, stream: "replica", index: UInt32(record.position))
    try VirtualFileSystem.drawing(from: salts) { () throws(StorageError) in
      try connection.transaction { () throws(StorageError) in
        try connection.apply(record.bytes, to: BankSchema.replicated)
        try progress.run(Int64(record.position))
      }
      connection.files.writeBack()
      connection.files.committed(record.position)
      let room = Int(connection.files.image.log.size.bytes) / Self.bytesPerFrame
      if connection.files.logFrames >= min(Self.framesPerCheckpoint, room / 2) {
        try connection.checkpoint(truncatingLog: true)
      }
    }
    position = record.position
  }
}
