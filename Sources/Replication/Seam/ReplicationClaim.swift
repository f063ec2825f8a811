import Units

/// What a source says of the copy that it feeds, at one moment; constant between two of its events.
public struct ReplicationClaim: Codable, Hashable, Sendable {
  /// When the oldest write was issued that the DR site may not be able to recover; `nil` when it has everything.
  public var oldest: Instant?
  /// Whether the DR site was ever given a whole copy: without one there is nothing to fail over to.
  public var hasCopy: Bool
  /// Whether a failover would bring back what the mode promises.
  public var isProtecting: Bool
  /// Whether the host is acknowledged under less than the mode promises while the peer answers.
  public var isDegraded: Bool
  /// What resynchronisations have marked and sent so far.
  public var resynchronized: ResyncRecord

  public init(
    oldest: Instant?, hasCopy: Bool, isProtecting: Bool, isDegraded: Bool,
    resynchronized: ResyncRecord = ResyncRecord()
  ) {
    self.oldest = oldest
    self.hasCopy = hasCopy
    self.isProtecting = isProtecting
    self.isDegraded = isDegraded
    self.resynchronized = resynchronized
  }
}

/// What the resynchronisations of a source came to.
public struct ResyncRecord: Codable, Hashable, Sendable {
  /// How many were begun; the delta of an interval is none.
  public var begun = 0
  /// Pages that were marked when one began, and those that were marked again while it ran.
  public var pagesMarked = 0
  /// Pages that were read to be sent; never more than were marked.
  public var pagesSent = 0

  public init() {}

  public static func - (later: ResyncRecord, earlier: ResyncRecord) -> ResyncRecord {
    var difference = later
    difference.begun -= earlier.begun
    difference.pagesMarked -= earlier.pagesMarked
    difference.pagesSent -= earlier.pagesSent
    return difference
  }

  public mutating func add(_ other: ResyncRecord) {
    begun += other.begun
    pagesMarked += other.pagesMarked
    pagesSent += other.pagesSent
  }

  mutating func add(_ resync: Resync) {
    pagesMarked += resync.pagesMarked
    pagesSent += resync.pagesRead
  }
}

extension BlockSource {
  /// Mutating, so that a source is looked at where it stands: to copy one costs more than the claim.
  public mutating func takeClaim() -> ReplicationClaim { claim }

  public var claim: ReplicationClaim {
    ReplicationClaim(
      oldest: oldestUnsafe, hasCopy: hasCopy, isProtecting: isProtecting,
      isDegraded: policy.acknowledgement != .local && servesAlone, resynchronized: resyncsSoFar)
  }

  /// The first copy was sent to its end, and everything in it is known since some instant.
  ///
  /// A side that was promoted counts its point before it has a copy of its own.
  private var hasCopy: Bool { kept.point.instant > .epoch && (oldestUnsafe.map { $0 > .epoch } ?? true) }

  /// Between two intervals nothing need be in sync; at all other times everything that is written is sent.
  private var isProtecting: Bool {
    guard fencedBy == nil, divergence == nil, hasCopy else { return false }
    return policy.snapshotInterval == nil ? isInSync : suspension == nil
  }

  private var resyncsSoFar: ResyncRecord {
    var record = resyncs
    if let resync, policy.snapshotInterval == nil { record.add(resync) }
    return record
  }
}
