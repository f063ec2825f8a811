import Backup
import Units

/// An agent's knowledge of the vault that receives copies.
///
/// Invariants: a point is in the replica or on its way there, not both; what a courier brought has an arrival.
struct ReplicaState: Sendable {
  /// A point that must not leave yet.
  private struct HeldPoint: Sendable {
    let id: PointID
    let until: Instant
  }

  /// The points on media that a courier carries.
  struct Shipment: Sendable {
    let points: [RecoveryPoint]
  }

  /// The acknowledged points in the replica, oldest first. The vault may no longer hold some of them.
  private(set) var points: [RecoveryPoint] = []
  /// The points that the replica's retention has removed. The vault may still hold them, but they are not
  /// copied again.
  private(set) var expired: [PointID] = []
  private(set) var isPruning = false
  private var held: [HeldPoint] = []
  /// The media on their way, in the order of departure.
  private var shipments: [Shipment] = []
  /// The arrival of each point that a courier brought.
  private var arrivals: [PointID: Instant] = [:]

  /// Whether no point was ever sent to the replica.
  var isEmpty: Bool {
    points.isEmpty && expired.isEmpty && held.isEmpty && shipments.isEmpty && arrivals.isEmpty
  }

  func isUnderWay(_ point: PointID) -> Bool { shipments.contains { $0.points.contains { $0.id == point } } }

  /// Whether a point is in the replica or on its way there.
  func isKnown(_ point: PointID) -> Bool { points.contains { $0.id == point } || isUnderWay(point) }

  /// Returns the arrival of a point that a courier brought; `nil` for others.
  func arrival(of point: PointID) -> Instant? { arrivals[point] }

  // MARK: On the way

  /// Keeps a point from leaving.
  mutating func hold(_ point: PointID, until instant: Instant) {
    held.append(HeldPoint(id: point, until: instant))
  }

  /// Returns the points that must not leave now, and forgets those that may.
  mutating func heldPoints(at now: Instant) -> [PointID] {
    held.removeAll { $0.until <= now }
    return held.map(\.id)
  }

  /// Sends points off with a courier; returns whether there are any.
  mutating func ship(_ points: [RecoveryPoint]) -> Bool {
    if points.isEmpty { return false }
    shipments.append(Shipment(points: points))
    return true
  }

  /// Removes and returns the oldest shipment.
  mutating func takeShipment() -> Shipment {
    precondition(!shipments.isEmpty, "a shipment arrives once")
    return shipments.removeFirst()
  }

  /// Adds points that have reached the replica.
  ///
  /// - Parameter arrival: The arrival of the courier; `nil` for points that came over a link.
  mutating func add(_ new: [RecoveryPoint], arrivingAt arrival: Instant? = nil) {
    if let arrival { for point in new { arrivals[point.id] = arrival } }
    points += new
    points.sort { $0.instant < $1.instant }
  }

  // MARK: Prune

  mutating func beginPrune() {
    precondition(!isPruning, "a replica is pruned once at a time")
    isPruning = true
  }

  /// Ends a prune.
  ///
  /// - Parameters:
  ///   - removed: The points that were removed; `nil` when the prune failed.
  ///   - kept: The points of the vault, which must not be copied again once they were removed here.
  mutating func endPrune(of removed: [PointID]?, keepingNamesOf kept: [PointID]) {
    precondition(isPruning, "a prune ends once")
    isPruning = false
    guard let removed else { return }
    points.removeAll { removed.contains($0.id) }
    for id in removed { arrivals[id] = nil }
    expired = (expired + removed).filter(kept.contains)
  }

  // MARK: Invariants

  /// Traps unless every point is in one place, and arrivals are of the past.
  func checkInvariants(at now: Instant) {
    let shipped = shipments.flatMap { $0.points.map(\.id) }
    precondition(Set(shipped).count == shipped.count, "a point is shipped once")
    precondition(!points.contains { shipped.contains($0.id) }, "a point that has arrived is not on its way")
    precondition(arrivals.values.allSatisfy { $0 <= now }, "no arrival is of the future")
    precondition(shipments.allSatisfy { !$0.points.isEmpty }, "a courier carries something")
  }
}
