import Backup

extension VaultSession {
  /// Makes the indexes again that are lost or damaged, from what the packs say of themselves; removes nothing. Not beside a
  /// prune, which may be deleting the packs that would be listed.
  public func repair() throws(VaultProblem) -> Repairing {
    let claim = try claimPruning()
    defer { withExtendedLifetime(claim) {} }
    switch try run(RepairJob(key: vault.key, salt: newSalt, options: options), phase: "repairing") {
    case .repaired(let repairing): return repairing
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }
}
