import Units

/// The slow service between the first service and full speed in one drill.
public struct SlowService: Codable, Hashable, Sendable {
  /// The time from the start of the outage until all data was in place.
  public var fullSpeed: Duration
  /// The pages read from the vault for waiting applications.
  public var reads: Int
  /// The sum and the longest of the times of these reads.
  public var readTime: Duration
  public var longestRead: Duration

  package init(fullSpeed: Duration, reads: Int, readTime: Duration, longestRead: Duration) {
    self.fullSpeed = fullSpeed
    self.reads = reads
    self.readTime = readTime
    self.longestRead = longestRead
  }

  /// The mean time of a read; `nil` without one.
  public var meanRead: Duration? { reads > 0 ? readTime / Int64(reads) : nil }
}
