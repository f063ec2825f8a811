import Storage
import Units

/// The consistency of a snapshot with the applications' work.
public enum ConsistencyLevel: UInt8, Hashable, Sendable, CaseIterable {
  /// The streams were copied one after the other while they changed.
  case inconsistent = 0
  /// All streams are of one instant, as after a power cut.
  case crashConsistent = 1
  /// All streams are of one instant at which the applications had flushed everything.
  case applicationConsistent = 2

  /// The name in scenario files and reports.
  public var name: String {
    switch self {
    case .inconsistent: "inconsistent"
    case .crashConsistent: "crash_consistent"
    case .applicationConsistent: "application_consistent"
    }
  }
}

/// The kind of data in a stream.
public enum StreamKind: UInt8, Hashable, Sendable, CaseIterable {
  case volume = 0
  case file = 1
  /// The names and attributes of a directory tree. Byte table: <doc:VaultFormat>.
  case tree = 2
  /// The contents of a tree's files, one after the other.
  case contents = 3
}

extension StreamKind {
  /// The default chunking of streams of this kind.
  fileprivate var chunking: Chunking {
    switch self {
    case .volume: .volume
    case .file, .contents: .file
    case .tree: .tree
    }
  }
}

/// One stream of a recovery point.
public struct StreamDescription: Hashable, Sendable {
  public var name: String
  public var kind: StreamKind
  public var length: ByteCount
  public var chunking: Chunking

  /// Creates a description, by default with the chunking for the kind.
  public init(name: String, kind: StreamKind, length: ByteCount, chunking: Chunking? = nil) {
    self.name = name
    self.kind = kind
    self.length = length
    self.chunking = chunking ?? kind.chunking
  }
}

/// The amounts that a backup moved.
public struct BackupStatistics: Hashable, Sendable {
  /// The bytes read from the sources.
  public var read = ByteCount.zero
  /// The bytes read that are not zero and were not in the vault before, uncompressed.
  public var new = ByteCount.zero
  /// The bytes stored in the vault for them, including the packs' tables.
  public var stored = ByteCount.zero

  public init() {}
}

/// A recovery point: the data that can be restored, and its instant.
public struct RecoveryPoint: Hashable, Sendable {
  public let id: PointID
  public var consistency: ConsistencyLevel
  /// The instant before which the point cannot be removed.
  public var lockedUntil: Instant?
  public var streams: [StreamDescription]
  public var statistics: BackupStatistics

  /// The instant of the consistent snapshot, not of the end of the upload.
  public var instant: Instant { id.instant }
}

/// The object of a recovery point: the point, and the segments of its streams' block lists. Byte table:
/// <doc:VaultFormat>.
package struct Manifest: Hashable, Sendable {
  var point: RecoveryPoint
  /// The segments of each stream of the point.
  var segments: [[SegmentReference]]

  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.write(point.id)
    writer.write(point.consistency.rawValue)
    writer.write(optional: point.lockedUntil)
    writer.write(point.statistics.read)
    writer.write(point.statistics.new)
    writer.write(point.statistics.stored)
    writer.write(list: zip(point.streams, segments).map { ($0, $1) }) { writer, stream in
      writer.write(stream.0.name)
      writer.write(stream.0.kind.rawValue)
      writer.write(stream.0.length)
      stream.0.chunking.write(to: &writer)
      writer.write(list: stream.1) { writer, segment in
        writer.write(segment.digest)
        writer.write(UInt32(segment.blockCount))
        writer.write(segment.length)
      }
    }
    return writer.bytes
  }

  init(point: RecoveryPoint, segments: [[SegmentReference]]) {
    precondition(point.streams.count == segments.count, "every stream has its segments")
    self.point = point
    self.segments = segments
  }

  package init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    let id = try reader.readPointID()
    guard let consistency = ConsistencyLevel(rawValue: try reader.read()) else {
      throw .damaged("an unknown consistency level")
    }
    let lockedUntil = try reader.readOptionalInstant()
    var statistics = BackupStatistics()
    statistics.read = try reader.readByteCount()
    statistics.new = try reader.readByteCount()
    statistics.stored = try reader.readByteCount()
    let streams = try reader.readList(minimumSize: 20, Self.readStream)
    try reader.end()
    point = RecoveryPoint(
      id: id, consistency: consistency, lockedUntil: lockedUntil, streams: streams.map(\.0),
      statistics: statistics)
    segments = streams.map(\.1)
  }

  private static func readStream(
    _ reader: inout ByteReader
  ) throws(JobFailure) -> (StreamDescription, [SegmentReference]) {
    let name = try reader.readText()
    guard let kind = StreamKind(rawValue: try reader.read()) else {
      throw .damaged("a stream of unknown kind")
    }
    let length = try reader.readByteCount()
    let chunking = try Chunking(from: &reader)
    let segments = try reader.readList(minimumSize: 44) { reader throws(JobFailure) in
      SegmentReference(
        digest: try reader.readDigest(), blockCount: Int(try reader.read(UInt32.self)),
        length: try reader.readByteCount())
    }
    var total = ByteCount.zero
    for segment in segments {
      guard segment.length <= length - total else { throw .damaged("a stream longer than itself") }
      total += segment.length
    }
    guard total == length else { throw .damaged("a stream whose blocks do not make up its length") }
    return (StreamDescription(name: name, kind: kind, length: length, chunking: chunking), segments)
  }
}

/// The claim of a running job. Byte table: <doc:VaultFormat>.
package struct PendingClaim: Hashable, Sendable {
  var point: PointID
  /// The end of the lease, before which the job must not be considered dead.
  var leaseEnd: Instant

  package var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.write(point)
    writer.write(leaseEnd)
    return writer.bytes
  }

  init(point: PointID, leaseEnd: Instant) {
    self.point = point
    self.leaseEnd = leaseEnd
  }

  package init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    point = try reader.readPointID()
    leaseEnd = try reader.readInstant()
    try reader.end()
  }
}

/// A recovery point with its streams' block lists, from which an incremental backup carries blocks forward.
public struct PointContents: Sendable {
  public let point: RecoveryPoint
  let lists: [BlockList]
}
