import Storage
import Units

/// Restores the streams of a recovery point from a vault, and from nothing else.
///
/// Every block is decrypted and compared with its digest before it is written, so only original data is
/// written. Unreadable parts are reported exactly, and everything else is restored.
///
/// Reading, computing and writing overlap, each with a window of its own.
public struct RestoreJob: Job {
  public enum Outcome: Sendable {
    /// All requested streams are in place and durable.
    case restored(Restoration)
    /// Everything except the damage is in place and durable. The damaged extents were not written.
    case damaged(Restoration, DamageReport)
    /// Nothing usable was restored.
    case failed(JobFailure)

    /// The restored data, if any.
    public var restoration: Restoration? {
      switch self {
      case .restored(let restoration), .damaged(let restoration, _): restoration
      case .failed: nil
      }
    }
  }

  /// The selection of the point's streams. Target streams have the numbers of the sources in the point.
  public enum Selection: Hashable, Sendable {
    case all
    case named([String])
    /// The blocks of one stream within some extents, which are ascending and disjoint.
    case extents([Extent], of: String)
  }

  /// The contents of the targets before the restore.
  public enum Target: Sendable {
    /// Zeros, so blocks of zeros need not be written.
    case fresh
    /// Any contents.
    case used
    /// The result of an earlier restore without later writes. Only differences are restored.
    case restored(RestoredContents)
  }

  private var pump: Pump<RestoreSteps>

  /// - Parameter catalog: The agent's knowledge of the vault; without one the vault's own indexes are read.
  public init(
    _ point: PointID, key: MasterKey, selection: Selection = .all, target: Target = .fresh,
    catalog: Catalog? = nil, options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      RestoreSteps(
        point, key: key, selection: selection, target: target, catalog: catalog, options: options),
      window: options.windowOfAllStages)
  }

  /// Creates a restore of some extents of one stream of an open point. The manifest is not read again, and of
  /// the catalog and the block lists only what is missing.
  ///
  /// - Parameter extents: The extents, ascending and disjoint.
  public init(
    reading extents: [Extent], of stream: String, in point: OpenPoint, key: MasterKey,
    options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      RestoreSteps(point, .extents(extents, of: stream), key: key, options: options),
      window: options.windowOfAllStages)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The results of a restore.
public struct Restoration: Sendable {
  public let point: RecoveryPoint
  /// The size of the blocks written, including zeros.
  public internal(set) var written = ByteCount.zero
  /// The bytes read from packs.
  public internal(set) var read = ByteCount.zero
  /// The present contents of the targets; unknown after a damaged restore.
  public internal(set) var contents: RestoredContents?
  /// The catalog of the vault, for the next restore from it.
  public internal(set) var catalog = Catalog()
  /// The point as this restore knows it, for reads of its parts.
  public internal(set) var opened: OpenPoint?
}

/// The blocks that a restore has written, with their places.
public struct RestoredContents: Sendable {
  let lists: StreamLists
}

/// The damage, by object and by effect on recovery points.
public struct DamageReport: Hashable, Sendable {
  /// An object that is lost or was changed.
  public struct Object: Hashable, Sendable {
    public let key: ObjectKey
    public let problem: String
  }

  /// The parts of a stream that a point cannot restore.
  public struct Stream: Hashable, Sendable {
    public let point: PointID
    public let name: String
    /// The extents, ascending, with adjacent ones joined.
    public let extents: [Extent]

    public init(point: PointID, name: String, extents: [Extent]) {
      self.point = point
      self.name = name
      self.extents = extents
    }
  }

  /// The damaged objects, ascending by key.
  public internal(set) var objects: [Object] = []
  /// The points that cannot be restored at all, ascending.
  public internal(set) var points: [PointID] = []
  /// The damaged streams, ascending by point, then in the order of the point's streams.
  public internal(set) var streams: [Stream] = []

  /// Creates a report without damage.
  public init() {}

  public var isEmpty: Bool { objects.isEmpty && points.isEmpty && streams.isEmpty }
}
