import Units

/// The answers needed to write a scenario from a template.
public struct Answers: Sendable {
  /// The longest acceptable period of lost data.
  public var rpo: Duration
  /// The longest acceptable time to restore the entire system.
  public var rto: Duration
  /// The size of all volumes together, as provisioned.
  public var data: ByteCount
  /// The mean write rate of all applications together over a week.
  public var writes: ByteRate

  public init(rpo: Duration, rto: Duration, data: ByteCount, writes: ByteRate) {
    self.rpo = rpo
    self.rto = rto
    self.data = data
    self.writes = writes
  }

  /// Returns a share of all data in whole GiB, at least one.
  func data(percent: Int64) -> String {
    "\(max(1, (data.bytes * percent / 100 + (1 << 29)) >> 30)) GiB"
  }

  /// Returns a share of all writes in whole kB/s, at least one.
  func writes(percent: Int64) -> String {
    "\(max(1, (writes.millibytesPerSecond * percent / 100 + 500_000) / 1_000_000)) kB/s"
  }
}
