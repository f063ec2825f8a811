import Database
import Storage
import Units

extension DatabaseSchedule {
  /// Returns the longest time that a standby needs to apply the transactions of any interval of this length.
  ///
  /// Complexity: O(entries of the standby's recording).
  package func longestReplay(within time: Duration, on device: Device, at scale: Scale) -> Duration {
    let standby = mustSucceed { () throws(StorageError) in try recording.standby() }
    let costs = standby.transactions.map { transaction in
      device.latency + device.rate.time(for: scale.unscaled(standby.bytesWritten(by: transaction)))
    }
    var (first, sum, longest) = (0, Duration.zero, Duration.zero)
    for last in costs.indices {
      sum += costs[last]
      while asked[last] - asked[first] > time {
        sum = sum - costs[first]
        first += 1
      }
      longest = max(longest, sum)
    }
    return longest
  }
}
