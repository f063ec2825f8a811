import Simulation

/// The progress of an application's writes to a volume.
///
/// Invariants: only issued writes are flushed, at either site; only issued writes are turned away.
struct WriteProgress: Sendable {
  /// The number of the last write that was issued, or skipped while the application was down.
  private(set) var issued = 0
  /// The number of writes whose flush has started or ended.
  private var flushing = 0
  private var flushIsDue = false
  /// The last write issued and the last write flushed, by site of a pair whose sites both serve.
  private var issuedBySite = [0, 0]
  private var flushingBySite = [0, 0]
  /// The number of writes by clients that still used the old address after service there ended.
  private(set) var turnedAway = 0
  /// The number of writes that were issued to a site that served.
  var served: Int { issued - turnedAway }
  /// The queued event of the next write.
  var nextArrival: EventID?

  mutating func issue() -> Int {
    issued += 1
    return issued
  }

  mutating func setFlushDue() -> Bool {
    defer { flushIsDue = true }
    return !flushIsDue
  }

  mutating func beginFlush(isLost: Bool) -> Range<Int>? {
    flushIsDue = false
    guard !isLost, issued > flushing else { return nil }
    defer { flushing = issued }
    return (flushing + 1)..<(issued + 1)
  }

  mutating func noteIssued(_ write: Int, at site: Int) { issuedBySite[site] = write }

  mutating func beginFlush(at site: Int) -> Range<Int>? {
    guard issuedBySite[site] > flushingBySite[site] else { return nil }
    defer { flushingBySite[site] = issuedBySite[site] }
    return (flushingBySite[site] + 1)..<(issuedBySite[site] + 1)
  }

  mutating func turnAway() { turnedAway += 1 }

  /// Continues with a write. Those before it were skipped.
  mutating func restart(withWrite next: Int) {
    (issued, flushing, flushIsDue) = (next - 1, next - 1, false)
    (issuedBySite, flushingBySite) = ([next - 1, next - 1], [next - 1, next - 1])
  }

  func checkInvariants() {
    precondition(flushing <= issued, "only issued writes are flushed")
    precondition(zip(flushingBySite, issuedBySite).allSatisfy { $0 <= $1 }, "a site flushes what it issued")
    precondition(issuedBySite.allSatisfy { $0 <= issued }, "a site issues writes of the volume")
    precondition(turnedAway >= 0 && turnedAway <= issued, "only issued writes are turned away")
  }
}
