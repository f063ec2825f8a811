import Replication
import Units

/// The writes of a group's hosts, and the flushes that wait for their acknowledgement.
///
/// Invariant: a flush that waits was requested.
struct HostRequests: Sendable {
  /// A flush that waits for its acknowledgement.
  struct Flush: Sendable {
    let volume: VolumeID
    let owner: FlushOwner
    /// The node that made the request.
    let node: Int
  }

  /// The number of writes so far.
  private var writes: UInt64 = 0
  /// The number of flushes so far, of which each has its own ticket.
  private var flushesEver: UInt64 = 0
  private var flushes: [UInt64: Flush] = [:]

  /// Returns the number of the next write.
  mutating func nextWrite() -> UInt64 {
    writes += 1
    return writes
  }

  /// Returns the ticket of a flush that waits from now on.
  mutating func add(_ flush: Flush) -> FlushTicket {
    flushesEver += 1
    flushes[flushesEver] = flush
    return FlushTicket(flushesEver)
  }

  /// Removes a flush that was answered; `nil` when its host no longer waits.
  mutating func take(_ ticket: FlushTicket) -> Flush? { flushes.removeValue(forKey: ticket.number) }

  /// The flushes that wait, oldest first.
  var inOrder: [Flush] { flushes.sorted { $0.key < $1.key }.map(\.value) }

  mutating func drop(where isDropped: (Flush) -> Bool) {
    flushes = flushes.filter { !isDropped($0.value) }
  }

  /// Notes that the site at which the writes under way were issued is left.
  mutating func leaveSite() {
    flushes = flushes.mapValues { flush in
      guard case .application(let through?) = flush.owner else { return flush }
      return Flush(volume: flush.volume, owner: .leftSite(through: through), node: flush.node)
    }
  }

  func checkInvariants() {
    precondition(flushes.keys.allSatisfy { $0 <= flushesEver }, "what waits was asked for")
  }
}
