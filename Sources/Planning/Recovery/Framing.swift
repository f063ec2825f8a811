import Estate
import Units

/// Bytes on a link for bytes of data.
struct Framing {
  /// Sent in both directions for one page of data.
  var perPage: Int64

  static let pageSize: Int64 = 4_096
}

extension ReplicationPolicy.Mode {
  /// A write travels as an entry in a message and is answered; so does the flush after it where an application flushes each
  /// write. Pages of a resynchronisation and of a snapshot share their messages. The log has its own size.
  ///
  /// The sizes are those of the wire format: 41 bytes an entry, 43 a message, 24 a report of progress.
  func framing(_ schedules: [WorkloadSchedule]) -> Framing {
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
  /// The rate that is left for data.
  func carrying(_ framing: Framing) -> ByteRate {
    let share = Int128(millibytesPerSecond) * Int128(Framing.pageSize)
    return ByteRate(millibytesPerSecond: max(1, Int64(share / Int128(Framing.pageSize + framing.perPage))))
  }
}
