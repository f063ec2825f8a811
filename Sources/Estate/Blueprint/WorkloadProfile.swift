import Units

/// The pattern in which an application writes to its volume.
public struct WorkloadProfile: Hashable, Sendable {
  /// The source of the write rate over time.
  public enum Churn: Hashable, Sendable {
    case synthetic(SyntheticChurn)
    /// Windows as measured, replayed from the start of the run and repeated.
    case measured([ChurnWindow])
    /// The writes that a database makes for its transactions.
    case transactions(TransactionChurn)
  }

  public var churn: Churn
  /// The size of one write, in whole pages of 4 KiB.
  public var writeSize: ByteCount
  /// Zipf's exponent over the used pages in order of popularity. With 0 all pages are equally popular.
  public var skew: Ratio
  /// The share of writes to the page after the previous one.
  public var sequentialShare: Ratio
  /// The share of each page that compresses away.
  public var compressibility: Ratio
  /// The longest time that the host buffers a write before flushing and acknowledging; zero flushes every
  /// write.
  public var flushInterval: Duration

  public init(
    churn: Churn, writeSize: ByteCount, skew: Ratio, sequentialShare: Ratio, compressibility: Ratio,
    flushInterval: Duration
  ) {
    self.churn = churn
    self.writeSize = writeSize
    self.skew = skew
    self.sequentialShare = sequentialShare
    self.compressibility = compressibility
    self.flushInterval = flushInterval
  }
}

/// A write rate with its daily and weekly shape and its bursts.
public struct SyntheticChurn: Hashable, Sendable {
  /// The mean over a week.
  public var rate: ByteRate
  /// The daily swing around the mean, as a share of the mean. It is half the difference between the quietest
  /// and the busiest hour (14:00 UTC).
  public var diurnalSwing: Ratio
  /// The share by which the rate is lower on Saturday and Sunday than on a weekday.
  public var weekendDrop: Ratio
  /// The ratio of the rate in a burst to the mean rate; 1 means no bursts.
  public var burstFactor: Ratio
  /// The share of time spent in bursts.
  public var burstShare: Ratio
  /// The mean length of a burst.
  public var burstLength: Duration

  public init(
    rate: ByteRate, diurnalSwing: Ratio, weekendDrop: Ratio, burstFactor: Ratio, burstShare: Ratio,
    burstLength: Duration
  ) {
    self.rate = rate
    self.diurnalSwing = diurnalSwing
    self.weekendDrop = weekendDrop
    self.burstFactor = burstFactor
    self.burstShare = burstShare
    self.burstLength = burstLength
  }
}

extension SyntheticChurn {
  public var rhythm: Rhythm {
    Rhythm(
      diurnalSwing: diurnalSwing, weekendDrop: weekendDrop, burstFactor: burstFactor, burstShare: burstShare,
      burstLength: burstLength)
  }
}

/// A periodic variation of a rate around its mean.
public struct Rhythm: Hashable, Sendable {
  /// The daily swing around the mean, as a share of the mean. It is half the difference between the quietest
  /// and the busiest hour (14:00 UTC).
  public var diurnalSwing: Ratio
  /// The share by which the rate is lower on Saturday and Sunday than on a weekday.
  public var weekendDrop: Ratio
  /// The ratio of the rate in a burst to the mean rate; 1 means no bursts.
  public var burstFactor: Ratio
  /// The share of time spent in bursts.
  public var burstShare: Ratio
  /// The mean length of a burst.
  public var burstLength: Duration

  public init(
    diurnalSwing: Ratio = .zero, weekendDrop: Ratio = .zero, burstFactor: Ratio = .one,
    burstShare: Ratio = .zero, burstLength: Duration = .zero
  ) {
    self.diurnalSwing = diurnalSwing
    self.weekendDrop = weekendDrop
    self.burstFactor = burstFactor
    self.burstShare = burstShare
    self.burstLength = burstLength
  }
}

/// The transactions requested of a database.
public struct TransactionChurn: Hashable, Sendable {
  /// The mean over a week, at full size.
  public var perSecond: Ratio
  public var rhythm: Rhythm

  public init(perSecond: Ratio, rhythm: Rhythm = Rhythm()) {
    self.perSecond = perSecond
    self.rhythm = rhythm
  }
}

/// The bytes written between the end of the previous window and the end of this one.
public struct ChurnWindow: Hashable, Sendable {
  /// The end of the window, counted from the start of the measurement.
  public var end: Duration
  public var written: ByteCount
  public var read: ByteCount

  public init(end: Duration, written: ByteCount, read: ByteCount) {
    self.end = end
    self.written = written
    self.read = read
  }
}
