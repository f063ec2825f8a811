import Backup
import Retention
import Storage
import Units

/// What becomes of one point, and why.
public struct PruneDecision: Sendable {
  public let point: RecoveryPoint
  public let isKept: Bool
  public let reasons: [String]
}

extension VaultSession {
  /// What a policy says of every point, ascending; each source has its own newest, daily and weekly points.
  public func decisions(_ policy: RetentionPolicy) throws(VaultProblem) -> [PruneDecision] {
    let (points, damage) = try points()
    if let bad = damage.objects.first(where: { damage.points.map(\.key).contains($0.key) }) {
      throw VaultProblem(
        .damage, bad.key.name, "this point cannot be read, and nobody knows what it needs: \(bad.problem)")
    }
    var decisions: [PruneDecision] = []
    for source in Set(points.map(\.source)).sorted() {
      let own = points.filter { $0.source == source }
      let found = policy.decide(
        on: own.map { RetentionPoint(id: $0.id, instant: $0.instant, lockedUntil: $0.lockedUntil) }, at: .now)
      decisions += zip(own, found).map {
        PruneDecision(point: $0, isKept: $1.isKept, reasons: $1.reasons.map(\.description))
      }
    }
    return decisions.sorted { $0.point.id < $1.point.id }
  }

  /// Removes the points that are not kept, and what only they needed once it has been condemned for `grace`. One prune at a
  /// time: of two, each would write down what the other has removed.
  public func prune(_ decisions: [PruneDecision], grace: Duration) throws(VaultProblem) -> Pruning {
    let claim = try claimPruning()
    defer { withExtendedLifetime(claim) {} }
    vault.store.removeLeftovers(of: options.lease, at: .now)
    var total = try prune(decisions.filter { !$0.isKept }.map(\.point.id), grace)
    guard grace == .zero, total.condemnedPacks > 0 || !total.expired.isEmpty else { return total }
    // Condemned and without a grace: carried out by a second look, unless a backup is running that may need it.
    let second = try prune([], grace)
    total.add(second)
    return total
  }

  /// The right to remove, held until the claim is dropped.
  func claimPruning() throws(VaultProblem) -> Descriptor {
    do throws(SystemError) {
      if let claim = try vault.store.claim("prune") { return claim }
    } catch {
      throw VaultProblem(name, error)
    }
    throw VaultProblem(name, "another prune or repair is at work", hint: "wait until it has ended")
  }

  private func prune(_ expired: [PointID], _ grace: Duration) throws(VaultProblem) -> Pruning {
    let job = PruneJob(expiring: expired, grace: grace, key: vault.key, salt: newSalt, options: options)
    switch try run(job, phase: "pruning") {
    case .pruned(let pruning): return pruning
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }
}
