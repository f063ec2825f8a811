import Estate
import Units

/// The overhead of a link's protocol, as link bytes per data byte.
package struct Framing {
  /// The bytes sent in both directions for one page of data.
  var perPage: Int64

  static let pageSize: Int64 = 4_096
}

extension ReplicationPolicy.Mode {
  /// Returns the framing of a workload. A write is sent as an entry in a message with an answer. Where each
  /// write is flushed, the flush is sent in the same way. Pages of a resync or snapshot share their messages,
  /// and the log has its own size.
  ///
  /// The sizes are those of the wire format: 41 bytes an entry, 43 a message, 24 a report of progress.
  package func framing(_ schedules: [WorkloadSchedule]) -> Framing {
    let (entry, message, answer) = (Int64(41), Int64(43), Int64(43 + 24))
    switch self {
    case .application: return Framing(perPage: 0)
    case .storage(.interval): return Framing(perPage: entry * 2)
    case .storage, .hostIO, .activeActive:
      let flushes: Int64 = schedules.contains { $0.flushInterval == .zero } ? 2 : 1
      return Framing(perPage: (entry + message + answer) * flushes)
    }
  }
}

extension ByteRate {
  /// Returns the rate that remains for data.
  package func carrying(_ framing: Framing) -> ByteRate {
    let share = Int128(millibytesPerSecond) * Int128(Framing.pageSize)
    return ByteRate(millibytesPerSecond: max(1, Int64(share / Int128(Framing.pageSize + framing.perPage))))
  }
}
