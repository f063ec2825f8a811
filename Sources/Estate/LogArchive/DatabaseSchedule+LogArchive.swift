import Backup
import Units

extension LogArchivePolicy {
  /// The number of transfers of base backups that share a path with the log, in estimates.
  package static let rivals = Int64(JobOptions().window)

  /// The log of one transaction of the run, at full size.
  func size(ofChanges count: Int, at scale: Scale) -> ByteCount {
    scale.unscaled(bytesPerTransaction ?? ByteCount(count))
  }
}

extension DatabaseSchedule {
  /// The log of each transaction at full size, in order.
  private func logSizes(_ policy: LogArchivePolicy, at scale: Scale) -> [ByteCount] {
    recording.transactions.map { policy.size(ofChanges: recording.record(of: $0).bytes.count, at: scale) }
  }

  /// Returns the most log that is written in any interval of this length. Complexity: O(transactions).
  package func mostLogged(in time: Duration, _ policy: LogArchivePolicy, at scale: Scale) -> ByteCount {
    let sizes = logSizes(policy, at: scale)
    var (first, sum, most) = (0, ByteCount.zero, ByteCount.zero)
    for last in sizes.indices {
      sum += sizes[last]
      while asked[last] - asked[first] > time {
        sum -= sizes[first]
        first += 1
      }
      most = max(most, sum)
    }
    return most
  }

  /// Returns the longest time for which acknowledged log is in no vault, with one segment sent after another.
  ///
  /// - Parameter transfer: The time to send a segment of a size.
  package func longestUnarchived(
    _ policy: LogArchivePolicy, at scale: Scale, until end: Instant, transfer: (ByteCount) -> Duration
  ) -> Duration {
    let sizes = logSizes(policy, at: scale)
    var (longest, safe, free) = (Duration.zero, start, start)
    func send(_ size: ByteCount, closed: Instant, holding next: Instant) {
      free = max(free, closed) + transfer(size)
      longest = max(longest, free - safe)
      safe = next
    }
    var transaction = 0
    guard case .segments(let interval) = policy.mode else {
      while transaction < asked.count, asked[transaction] <= end {
        send(sizes[transaction], closed: asked[transaction], holding: asked[transaction])
        transaction += 1
      }
      return max(longest, end - safe)
    }
    var closing = start + interval
    while closing <= end {
      var size = ByteCount.zero
      while transaction < asked.count, asked[transaction] <= closing {
        size += sizes[transaction]
        transaction += 1
      }
      send(size, closed: closing, holding: closing)
      closing = closing + interval
    }
    return longest
  }
}
