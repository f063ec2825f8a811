import Backup
import Storage
import Units

extension VaultSession {
  /// Copies missing points, and everything that they need, to another vault. Nothing is removed there.
  ///
  /// - Parameter target: A vault that was made for copies of this one.
  public func copy(to target: Vault, lockedUntil: Instant? = nil) throws(VaultProblem) -> Replication {
    let place = target.name
    guard !vault.isSame(as: target) else {
      throw VaultProblem(
        place, "this is the vault itself, and a copy in the same place protects nothing",
        hint: "name a second vault, on another disk if possible")
    }
    guard vault.hasKey(of: target) else {
      throw VaultProblem(
        place, "this vault has another key, so it cannot read what \(name) holds",
        hint: "make one with 'firedrill vault init TARGET --copies-of \(name)'")
    }
    if lockedUntil != nil { try target.requireLocks("--lock-until") }
    let running = try target.claims.running()
    defer { withExtendedLifetime(running) {} }
    var options = options
    options.window = 4
    let job = ReplicateJob(key: vault.key, lockedUntil: lockedUntil, salt: newSalt, options: options)
    switch try run(
      job,
      on: JobRunner(
        vault.store, replica: target.store, depth: max(vault.usualDepth, target.usualDepth)), phase: "copying"
    ) {
    case .replicated(let replication): return replication
    case .failed(let failure): throw VaultProblem(place, failure)
    }
  }
}
