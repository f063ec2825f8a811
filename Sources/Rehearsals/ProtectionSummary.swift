import Estate
import Units

/// The worst values of the copies in all drills of one disaster, and the worst drill.
public struct ProtectionSummary: Sendable {
  /// The drill with the greatest lag; among equals, the one with the longest unprotected time.
  public let worst: Drill
  /// The greatest lag; `nil` when some drill had nothing to fail over to.
  public let peakLag: Duration?
  public let timeInRPO: Ratio
  /// The largest number of violations in one drill.
  public let violations: Int
  public let violationTime: Duration
  public let unprotectedTime: Duration
  public let degradedTime: Duration
  public let longestWait: Duration
  public let writesNotIssued: Int
  public let peerLosses: Int
  public let overflows: Int
  /// The largest number of conflicts in one drill, over all pairs.
  public let conflicts: Int
  /// The longest time from a strike until every copy was complete again; `nil` when that never happened.
  public let restoredAfter: Duration?
  /// The number of drills that ended before the copies were complete.
  public let notRestored: Int

  /// Creates the summary; `nil` when no drill had copies at another site.
  public init?(of drills: [Drill]) {
    let told = drills.filter { $0.protection?.courses.isEmpty == false }
    guard let worst = told.max(by: Self.isBetter) else { return nil }
    let protections = told.compactMap(\.protection)
    let courses = protections.flatMap(\.courses)
    func most<Value: Comparable>(_ value: (ReplicationCourse) -> Value, or least: Value) -> Value {
      courses.map(value).max() ?? least
    }
    self.worst = worst
    peakLag =
      courses.contains { $0.peakLag == nil } ? nil : most({ $0.peakLag ?? .zero }, or: .zero)
    timeInRPO = courses.map(\.timeInRPO).min() ?? .one
    violations = most(\.violations.count, or: 0)
    violationTime = most(\.violations.total, or: .zero)
    unprotectedTime = most(\.unprotected.total, or: .zero)
    degradedTime = most(\.degraded.total, or: .zero)
    peerLosses = most(\.peerLosses, or: 0)
    overflows = most(\.overflows, or: 0)
    conflicts = protections.map(\.conflicts).max() ?? 0
    longestWait = protections.map(\.longestWait).max() ?? .zero
    writesNotIssued = protections.map(\.writesNotIssued).max() ?? 0
    restoredAfter = protections.compactMap(\.restoredAfter).max()
    notRestored = protections.count { $0.restoredAfter == nil }
  }

  private static func isBetter(_ a: Drill, _ b: Drill) -> Bool { severity(of: a) < severity(of: b) }

  private static func severity(of drill: Drill) -> (Duration, Duration) {
    let courses = drill.protection?.courses ?? []
    let lag = courses.map { $0.peakLag ?? Duration(nanoseconds: .max) }.max() ?? .zero
    return (lag, courses.map(\.unprotected.total).max() ?? .zero)
  }
}

extension DisasterReport {
  /// The summary of the copies; `nil` where there are none.
  public var protection: ProtectionSummary? { ProtectionSummary(of: drills) }
}
