import Units

/// A source's claim about the copy that it feeds. The claim is constant between two events of the source.
public struct ReplicationClaim: Codable, Hashable, Sendable {
  /// The issue time of the oldest write that the DR site may lack; `nil` when it has everything.
  public var oldest: Instant?
  /// Whether the DR site ever had a whole copy. Without one a failover is impossible.
  public var hasCopy: Bool
  /// Whether a failover would meet the mode's guarantee.
  public var isProtecting: Bool
  /// Whether acknowledgements have a weaker guarantee than the mode's, although the peer answers.
  public var isDegraded: Bool
  /// The pages that resyncs have marked and sent so far.
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

/// The totals of a source's resyncs.
public struct ResyncRecord: Codable, Hashable, Sendable {
  /// The number of resyncs begun; the delta of an interval does not count.
  public var begun = 0
  /// The number of pages marked at the start of resyncs and during them.
  public var pagesMarked = 0
  /// The number of pages read for sending. The number never exceeds `pagesMarked`.
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
  /// Returns the claim. The method is mutating so that the source is read in place, because a copy costs
  /// more.
  public mutating func takeClaim() -> ReplicationClaim { claim }

  public var claim: ReplicationClaim {
    ReplicationClaim(
      oldest: oldestUnsafe, hasCopy: hasCopy, isProtecting: isProtecting,
      isDegraded: policy.acknowledgement != .local && servesAlone, resynchronized: resyncsSoFar)
  }

  /// Whether the first copy was completed and its state has a known instant.
  ///
  /// A side that was promoted counts its point before it has a copy of its own.
  private var hasCopy: Bool { kept.point.instant > .epoch && (oldestUnsafe.map { $0 > .epoch } ?? true) }

  /// Whether the copy meets the mode's guarantee. Between two intervals no sync is required; at other times
  /// everything written must be sent.
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
