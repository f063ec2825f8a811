/// The commands of people that a group has not completed.
///
/// Invariant: a comparison reads each side once.
struct PendingCommands: Sendable {
  /// Whether the target was asked to become the primary.
  private var isPromoting = false
  /// Whether people wait for the copy to be in sync.
  private var isAwaitingSync = false
  /// The number of sides that are not drained.
  private var drainsLeft = 0
  /// The number of sides still being read for a comparison.
  private var comparisonsLeft = 0

  mutating func beginPromotion() { isPromoting = true }

  /// Ends a promotion; returns whether one was under way.
  mutating func endPromotion() -> Bool {
    defer { isPromoting = false }
    return isPromoting
  }

  mutating func awaitSync() { isAwaitingSync = true }

  /// Ends the wait for a copy in sync; returns whether there was one.
  mutating func endAwaitingSync() -> Bool {
    defer { isAwaitingSync = false }
    return isAwaitingSync
  }

  mutating func beginDraining(sides: Int) { drainsLeft = sides }

  /// Ends the draining of a side; returns whether no side is left.
  mutating func endDraining() -> Bool {
    drainsLeft = max(0, drainsLeft - 1)
    return drainsLeft == 0
  }

  mutating func beginComparison() { comparisonsLeft = 2 }

  /// Ends the reading of one side; returns whether the comparison ends with it. The first failure ends it.
  mutating func endReading(failed: Bool) -> Bool {
    // A comparison whose first reading failed has ended.
    guard comparisonsLeft > 0 else { return false }
    comparisonsLeft = failed ? 0 : comparisonsLeft - 1
    return comparisonsLeft == 0
  }

  func checkInvariants() {
    precondition((0...2).contains(comparisonsLeft), "a comparison reads each side once")
    precondition((0...2).contains(drainsLeft), "each side is drained once")
  }
}
