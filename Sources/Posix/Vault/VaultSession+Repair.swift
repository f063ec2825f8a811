import Backup

extension VaultSession {
  /// Makes the indexes again that are lost or damaged, from what the packs say of themselves; removes nothing. Not beside a
  /// prune, which may be deleting the packs that would be listed.
  ///
  /// - Parameter readsAll: Whether damaged packs are looked for, too.
  public func repair(readsAll: Bool = false) throws(VaultProblem) -> Repairing {
    let claim = try claimPruning()
    defer { withExtendedLifetime(claim) {} }
    let job = RepairJob(readsAll: readsAll, key: vault.key, salt: newSalt, options: options)
    switch try run(job, phase: "repairing") {
    case .repaired(let repairing): return repairing
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }
}
