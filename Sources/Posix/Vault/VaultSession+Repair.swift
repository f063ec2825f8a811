import Backup

extension VaultSession {
  /// Rebuilds lost or damaged indexes from the packs, without removing anything. No prune may run meanwhile,
  /// because it might delete packs being listed.
  ///
  /// - Parameter readsAll: Whether damaged packs are looked for, too.
  public func repair(readsAll: Bool = false) throws(VaultProblem) -> Repairing {
    let claim = try vault.claims.pruning()
    defer { withExtendedLifetime(claim) {} }
    let job = RepairJob(readsAll: readsAll, key: vault.key, salt: newSalt, options: options)
    switch try run(job, phase: "repairing") {
    case .repaired(let repairing): return repairing
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }
}
