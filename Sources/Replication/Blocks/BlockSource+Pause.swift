import Units

/// A source whose volumes are a copy themselves, which is being made or made up for.
extension BlockSource {
  /// The volumes stop being a state that ever was. A snapshot that is on its way is one: it is sent to its end.
  mutating func pause(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, !isPaused else { return effects.append(.refused(.notNow)) }
    isPaused = true
    guard policy.snapshotInterval == nil else { return }
    if phase != .starting { disconnect(at: now, &effects) }
    suspension = .paused
  }

  mutating func unpause(at now: Instant, _ effects: inout [ReplicationEffect]) {
    guard fencedBy == nil, isPaused else { return effects.append(.refused(.notNow)) }
    isPaused = false
    guard phase == .idle else { return }
    lastHeard = now
    effects.append(.wake(.silence, at: now + policy.tolerance))
    reconnect(at: now, &effects)
  }
}
