import Estate
import Units

extension WorkloadProfile {
  /// The most that is written within a time, at full size: in the busiest hour of a weekday, with a burst of mean length
  /// in it; of a measurement, in its busiest stretch.
  ///
  /// Chance can go beyond it, so it is for checks and never for results.
  func mostWritten(in time: Duration) -> ByteCount {
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
  /// To one of the volumes: two accounts, a transfer and the tree above it are six frames of 4,120 bytes in the log, that
  /// touch seven pages; a checkpoint writes fewer to the data.
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
  /// From the beginning of any window on, the last one taken in part.
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
  /// At most 1 EiB, beyond which no rate is right.
  fileprivate init(roundingUp bytes: Double) { self.init(Int64(Swift.min(bytes.rounded(.up), 0x1p60))) }
}
