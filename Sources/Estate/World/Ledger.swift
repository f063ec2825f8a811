import Storage
import Units

/// What was promised: every acknowledged write with the instant of its acknowledgement, out of every disaster's reach.
///
/// Write number, extent and issue instant stand in the shared schedules; the ledger adds when each write of a volume
/// was acknowledged. A volume acknowledges in the order of its writes.
public struct Ledger: Sendable {
  private var acknowledged: [ChunkedArray<Instant>]

  init(volumes: Int) { acknowledged = Array(repeating: ChunkedArray(), count: volumes) }

  mutating func acknowledge(write number: Int, of volume: VolumeID, at now: Instant) {
    precondition(number == acknowledged[volume].count + 1, "a volume acknowledges its writes in order")
    acknowledged[volume].append(now)
  }

  public func acknowledgedWrites(of volume: VolumeID) -> Int { acknowledged[volume].count }

  public func acknowledgement(ofWrite number: Int, of volume: VolumeID) -> Instant {
    acknowledged[volume][number - 1]
  }

  /// How many writes of a volume were acknowledged before an instant.
  public func writes(of volume: VolumeID, acknowledgedBefore instant: Instant) -> Int {
    acknowledged[volume].prefixCount { $0 < instant }
  }
}
