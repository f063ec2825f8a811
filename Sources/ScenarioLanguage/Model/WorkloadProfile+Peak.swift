import Estate
import Units

extension WorkloadProfile {
  /// Returns the most written within a time, at full size. The peak is the busiest weekday hour with a burst
  /// of mean length or, for a measurement, its busiest stretch.
  ///
  /// Chance can go beyond it, so it is for checks and never for results.
  package func mostWritten(in time: Duration) -> ByteCount {
    switch churn {
    case .synthetic(let churn): churn.mostWritten(in: time)
    case .measured(let windows): windows.mostWritten(in: time)
    case .transactions(let churn):
      churn.rhythm.most(
        of: churn.perSecond.value * Double(churn.bytesPerTransactionMaximum.bytes), in: time)
    }
  }
}

extension TransactionChurn {
  /// The largest number of bytes written to one volume per transaction. Two accounts, a transfer and the tree
  /// above are six frames of 4,120 bytes in the log. The frames touch seven pages, and a checkpoint writes
  /// fewer to the data.
  var bytesPerTransactionMaximum: ByteCount { .kibibytes(28) }
}

extension SyntheticChurn {
  fileprivate func mostWritten(in time: Duration) -> ByteCount {
    rhythm.most(of: rate.bytesPerSecond, in: time)
  }
}

extension Rhythm {
  /// - Parameter mean: bytes in a second.
  fileprivate func most(of mean: Double, in time: Duration) -> ByteCount {
    let busiest = mean * (1 + diurnalSwing.value) * 7 / (7 - 2 * weekendDrop.value)
    let share = burstShare.value
    guard share > 0, burstFactor > .one else { return ByteCount(roundingUp: busiest * time.seconds) }
    let burst = min(time, burstLength).seconds
    let calm = max(0, (1 - share * burstFactor.value) / (1 - share))
    return ByteCount(
      roundingUp: busiest * (burst * burstFactor.value + (time.seconds - burst) * calm))
  }
}

extension [ChurnWindow] {
  /// Returns the most written from the beginning of any window, with the last window taken in part.
  fileprivate func mostWritten(in time: Duration) -> ByteCount {
    var most = 0.0
    for first in indices {
      let start = first == 0 ? .zero : self[first - 1].end
      var previous = start
      var written = 0.0
      for window in self[first...] where previous < start + time {
        let share = Swift.min(1, (start + time - previous).seconds / (window.end - previous).seconds)
        written += Double(window.written.bytes) * share
        previous = window.end
      }
      most = Swift.max(most, written)
    }
    return ByteCount(roundingUp: most)
  }
}

extension ByteCount {
  /// Creates a size of at most 1 EiB, beyond which no rate is meaningful.
  fileprivate init(roundingUp bytes: Double) { self.init(Int64(Swift.min(bytes.rounded(.up), 0x1p60))) }
}
