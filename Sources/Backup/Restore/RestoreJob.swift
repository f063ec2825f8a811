import Storage
import Units

/// Brings the streams of a recovery point back from a vault, and from nothing else.
///
/// Every block is decrypted and compared with its digest before it is written: what is written is what was backed
/// up. What cannot be read is reported exactly, and everything else is restored.
public struct RestoreJob: Job {
  public enum Outcome: Sendable {
    /// All streams asked for are in place and durable.
    case restored(Restoration)
    /// Everything but the damage is in place and durable; the damaged extents were not written.
    case damaged(Restoration, DamageReport)
    /// Nothing usable was restored.
    case failed(JobFailure)

    /// What was brought back, if anything was.
    public var restoration: Restoration? {
      switch self {
      case .restored(let restoration), .damaged(let restoration, _): restoration
      case .failed: nil
      }
    }
  }

  /// Which streams of the point are restored. Target streams are numbered as their sources are in the point.
  public enum Selection: Hashable, Sendable {
    case all
    case named([String])
    /// The blocks of one stream that lie in some extents, which ascend and do not overlap.
    case extents([Extent], of: String)
  }

  /// What the targets hold before the restore.
  public enum Target: Sendable {
    /// Zeros: blocks of zeros need not be written.
    case fresh
    /// Anything.
    case used
    /// What an earlier restore has put there, and nothing was written since: only what differs is restored.
    case restored(RestoredContents)
  }

  private var pump: Pump<RestoreSteps>

  /// - Parameter catalog: What an agent still knows of the vault; without one the vault's own indexes are read.
  public init(
    _ point: PointID, key: MasterKey, selection: Selection = .all, target: Target = .fresh,
    catalog: Catalog? = nil, options: JobOptions = JobOptions()
  ) {
    options.validate()
    pump = Pump(
      RestoreSteps(
        point, key: key, selection: selection, target: target, catalog: catalog, options: options),
      window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }
}

/// What a restore brought back.
public struct Restoration: Sendable {
  public let point: RecoveryPoint
  /// Contents of the blocks that were written, zeros included.
  public internal(set) var written = ByteCount.zero
  /// Bytes of packs that were read.
  public internal(set) var read = ByteCount.zero
  /// What the targets hold now; of a damaged restore nobody knows it.
  public internal(set) var contents: RestoredContents?
  /// What was learned of the vault, for the next restore from it.
  public internal(set) var catalog = Catalog()
}

/// Which blocks a restore has put where.
public struct RestoredContents: Sendable {
  let lists: StreamLists
}

/// What is damaged, by object and by what it does to recovery points.
public struct DamageReport: Hashable, Sendable {
  /// An object that is lost or not as it was written.
  public struct Object: Hashable, Sendable {
    public let key: ObjectKey
    public let problem: String
  }

  /// What a point cannot bring back of one stream.
  public struct Stream: Hashable, Sendable {
    public let point: PointID
    public let name: String
    /// Ascending, adjacent ones made one.
    public let extents: [Extent]

    public init(point: PointID, name: String, extents: [Extent]) {
      self.point = point
      self.name = name
      self.extents = extents
    }
  }

  /// Ascending by key.
  public internal(set) var objects: [Object] = []
  /// Points of which nothing can be restored, ascending.
  public internal(set) var points: [PointID] = []
  /// Ascending by point, then in the order of the point's streams.
  public internal(set) var streams: [Stream] = []

  /// A report of no damage.
  public init() {}

  public var isEmpty: Bool { objects.isEmpty && points.isEmpty && streams.isEmpty }
}
