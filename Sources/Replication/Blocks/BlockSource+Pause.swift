import Units

/// Pausing of a source whose volumes are themselves a copy that is being filled or resynchronised.
extension BlockSource {
  /// Pauses because the volumes are no consistent state. A snapshot in progress is consistent and is still
  /// completed.
  mutating func pause(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, !isPaused else { return effects.append(.refused(.notNow)) }
    setPaused(true)
    guard policy.snapshotInterval == nil else { return }
    if phase != .starting { disconnect(at: now, &effects) }
    suspension = .paused
  }

  mutating func unpause(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, isPaused else { return effects.append(.refused(.notNow)) }
    setPaused(false)
    guard phase == .idle else { return }
    contact.hear(at: now)
    effects.append(.wake(.silence, at: now + policy.tolerance))
    reconnect(at: now, &effects)
  }
}
