import Backup
import ObjectStorage
import Retention
import Schedules
import Storage
import Units

/// The decision on one point, with its reasons.
public struct PruneDecision: Sendable {
  public let point: RecoveryPoint
  public let isKept: Bool
  public let reasons: [String]

  public init(point: RecoveryPoint, isKept: Bool, reasons: [String]) {
    self.point = point
    self.isKept = isKept
    self.reasons = reasons
  }
}

/// The grouping of points for a policy.
public enum PruneGrouping: String, CaseIterable, Sendable {
  /// The points of one path on one machine form a group.
  case source
  /// The points of one machine form a group.
  case host
  /// All points of the vault form one group.
  case none

  fileprivate func group(of point: RecoveryPoint) -> PointOrigin {
    switch self {
    case .source: point.origin
    case .host: PointOrigin(name: point.host, isTree: true)
    case .none: PointOrigin(name: "", isTree: true)
    }
  }
}

extension VaultSession {
  /// Returns a policy's decision on every point, ascending. Each group has its own newest, daily and weekly
  /// points.
  ///
  /// - Parameters:
  ///   - zone: The zone of the calendar periods.
  ///   - isMeant: Points that are not meant stay.
  public func decisions(
    _ policy: RetentionPolicy, grouping: PruneGrouping = .source, zone: Zone = .utc,
    isMeant: (RecoveryPoint) -> Bool = { _ in true }
  ) throws(VaultProblem) -> [PruneDecision] {
    let points = try intactPoints()
    var decisions = points.filter { !isMeant($0) }.map {
      PruneDecision(point: $0, isKept: true, reasons: ["of a source that is left alone"])
    }
    let meant = points.filter(isMeant)
    for group in Set(meant.map(grouping.group)).sorted() {
      decisions += self.decisions(on: meant.filter { grouping.group(of: $0) == group }, policy, zone)
    }
    let mounted = vault.claims.notes.mounted(among: points.map(\.id))
    return decisions.sorted { $0.point.id < $1.point.id }.map { decision in
      guard !decision.isKept, mounted.contains(decision.point.id) else { return decision }
      return PruneDecision(point: decision.point, isKept: true, reasons: ["mounted"])
    }
  }

  /// Returns the decisions on the points of one group, which must ascend.
  ///
  /// The newest point stays under any rules, because a source that is no longer backed up would otherwise
  /// lose its last one. A point that a wrong clock dated in the future stays too, and does not count for a
  /// rule.
  private func decisions(
    on points: [RecoveryPoint], _ policy: RetentionPolicy, _ zone: Zone
  ) -> [PruneDecision] {
    let now = Instant.now
    let future = points.filter { $0.instant > now }.map {
      PruneDecision(point: $0, isKept: true, reasons: ["dated in the future, so no rule applies"])
    }
    let past = points.filter { $0.instant <= now }
    let found = policy.decide(
      on: past.map { RetentionPoint(id: $0.id, instant: $0.instant, lockedUntil: $0.lockedUntil) }, at: now,
      in: zone)
    var decisions = zip(past, found).map {
      PruneDecision(point: $0, isKept: $1.isKept, reasons: $1.reasons.map(\.description))
    }
    if let last = decisions.last, !last.isKept {
      decisions[decisions.count - 1] = PruneDecision(
        point: last.point, isKept: true, reasons: ["the newest point, which goes only on request"])
    }
    return decisions + future
  }

  /// Returns the points, ascending; throws when one is unreadable.
  private func intactPoints() throws(VaultProblem) -> [RecoveryPoint] {
    let (points, damage) = try points()
    if let bad = damage.objects.first(where: { damage.points.map(\.key).contains($0.key) }) {
      throw VaultProblem(
        .damage, bad.key.name, "this point cannot be read, and nobody knows what it needs: \(bad.problem)",
        hint: "'firedrill vault repair' may bring it back")
    }
    return points
  }

  /// Removes the points not kept, and data that only they needed after a condemnation of `grace`. Only one
  /// prune may run, because two would each record objects that the other has removed.
  public func prune(_ decisions: [PruneDecision], grace: Duration) throws(VaultProblem) -> Pruning {
    try remove(decisions.filter { !$0.isKept }.map(\.point.id), grace: grace)
  }

  /// Removes points by name, and data that only they needed.
  public func forget(_ points: [RecoveryPoint], grace: Duration) throws(VaultProblem) -> Pruning {
    _ = try intactPoints()
    return try remove(points.map(\.id), grace: grace)
  }

  private func remove(_ expired: [PointID], grace: Duration) throws(VaultProblem) -> Pruning {
    let claim = try vault.claims.pruning()
    defer { withExtendedLifetime(claim) {} }
    let unmounted = try claimUnmounted(expired)
    defer { for note in unmounted { note.remove() } }
    let abandoned = vault.claims.notes.abandoned()
    defer { for claim in abandoned { claim.note.remove() } }
    let void = VoidClaims.named(Set(abandoned.map(\.point)))
    try removeLeftovers()
    var total = try pruneWhereThereIsRoom(expired, grace, void)
    guard grace == .zero, total.condemnedPacks > 0 || !total.expired.isEmpty else { return total }
    // Condemned and without a grace: carried out by a second look, unless a backup is running that may need it.
    let second = try pruneWhereThereIsRoom([], grace, void)
    total.add(second)
    return total
  }

  /// Takes the right to remove points, which no process of this machine can mount meanwhile.
  private func claimUnmounted(_ points: [PointID]) throws(VaultProblem) -> [ClaimNotes.Held] {
    let (notes, mounted) = vault.claims.notes.claimUnmounted(points)
    guard let point = mounted.first else { return notes }
    for note in notes { note.remove() }
    throw VaultProblem(
      "\(point)", "this point is mounted, and nothing was removed", hint: "unmount it, and run this again")
  }

  /// Removes leftovers of puts and deletes that a crash interrupted.
  private func removeLeftovers() throws(VaultProblem) {
    if let files = vault.store as? FileObjectStore { files.removeLeftovers(of: options.lease, at: .now) }
    guard let bucket = vault.store as? BucketStore else { return }
    do throws(StorageError) {
      try bucket.finishDeletions(olderThan: .days(7))
    } catch {
      throw VaultProblem(name, .storage(error))
    }
  }

  /// Withdraws the claims of ended backups, or all claims; returns their number.
  ///
  /// Nothing else is removed.
  public func unlock(all isAll: Bool) throws(VaultProblem) -> Int {
    let claim = try vault.claims.pruning(isForced: isAll)
    defer { withExtendedLifetime(claim) {} }
    let abandoned = vault.claims.notes.abandoned()
    defer { for claim in abandoned { claim.note.remove() } }
    let void = isAll ? VoidClaims.all : .named(Set(abandoned.map(\.point)))
    // No condemnation is so old that this carries it out.
    return try prune([], .days(36_500), void).get(name).revoked
  }

  // MARK: Jobs

  private enum Ending {
    case pruned(Pruning)
    case failed(JobFailure)

    func get(_ name: String) throws(VaultProblem) -> Pruning {
      switch self {
      case .pruned(let pruning): return pruning
      case .failed(let failure): throw VaultProblem(name, failure)
      }
    }
  }

  private func prune(
    _ expired: [PointID], _ grace: Duration, _ void: VoidClaims
  ) throws(VaultProblem) -> Ending {
    let job = PruneJob(
      expiring: expired, grace: grace, void: void, key: vault.key, salt: newSalt, options: options)
    switch try run(job, phase: "pruning") {
    case .pruned(let pruning): return .pruned(pruning)
    case .failed(let failure): return .failed(failure)
    }
  }

  /// Prunes a vault. A prune writes a little before it removes much; if there is no space even for that,
  /// unneeded objects are removed first.
  private func pruneWhereThereIsRoom(
    _ expired: [PointID], _ grace: Duration, _ void: VoidClaims
  ) throws(VaultProblem) -> Pruning {
    let ending = try prune(expired, grace, void)
    guard case .failed(.storage(let error)) = ending, error.kind == .full else { return try ending.get(name) }
    let alone = try vault.claims.alone()
    defer { withExtendedLifetime(alone) {} }
    let job = PruneJob(
      freeingAtOnce: expired, void: void, key: vault.key, salt: newSalt, options: options)
    guard case .pruned(var total) = try run(job, phase: "making room"), total.freed > .zero else {
      return try ending.get(name)
    }
    total.add(try prune(expired, grace, void).get(name))
    return total
  }
}
