import Replication
import Simulation
import Units

extension World {
  /// Starts to watch production. `productionIsLost` or `quorumIsLost` occurs when the standby site receives
  /// no heartbeats.
  public mutating func startWatch(_ policy: WatchPolicy) {
    guard fabric.startWatch(policy, at: now) else { return }
    events.schedule(.heartbeat, at: now + policy.heartbeat)
  }

  mutating func heartbeat() {
    guard let policy = fabric.watch.watch?.policy else { return }
    if fabric.losesLease(at: now) {
      beginOutage(of: blueprint.services.indices.map(ServiceID.init))
    }
    if isUp(policy.standby), canFailOver(to: policy.standby) { act(on: policy.standby) }
    guard fabric.watch.watch != nil else { return }
    for party in Watch.Party.allCases where isAlive(party) { sendBeats(of: party) }
    events.schedule(.heartbeat, at: now + policy.heartbeat)
  }

  private mutating func act(on standby: SiteID) {
    switch fabric.judge(at: now) {
    case .allIsWell, .falseAlarm: break
    case .productionIsDead where fabric.witnessKnowsOutdatedCopy(at: standby):
      occurrences.append(.copyIsOutdated(standby))
    case .productionIsDead:
      occurrences.append(.productionIsLost(standby))
    case .noQuorum:
      occurrences.append(.quorumIsLost(standby))
    }
  }

  /// Whether production lost its lease and stopped itself.
  public var hasProductionGivenUp: Bool { fabric.watch.hasProductionGivenUp }

  /// The number of takeovers that the witness stopped because production was still alive.
  public var falseAlarms: Int { fabric.watch.falseAlarms }

  private func isAlive(_ party: Watch.Party) -> Bool {
    guard let watch = fabric.watch.watch, let site = watch.site(of: party), isUp(site) else {
      return false
    }
    guard party == .production else { return true }
    return !hasProductionGivenUp && blueprint.services.allSatisfy(isThere)
  }

  /// Whether a service has its host and its volumes.
  private func isThere(_ service: Service) -> Bool {
    premises.isUp(service.host)
      && service.volumes.allSatisfy { !volumes[$0].isLost && isUp(volumes[$0].device) }
  }

  private mutating func sendBeats(of sender: Watch.Party) {
    guard let watch = fabric.watch.watch, let home = watch.site(of: sender) else { return }
    for party in Watch.Party.allCases where party != sender {
      guard let site = watch.site(of: party), let link = blueprint.link(between: home, and: site) else {
        continue
      }
      let silence = now - watch.lastHeard(.production, by: sender)
      let beat = Watch.Beat(from: sender, to: party, silence: silence)
      start(
        .beat(beat), through: Operation.Leg(resource: resource(link), amount: ByteCount(1)),
        latency: blueprint.links[link].latency)
    }
  }

  mutating func hear(_ beat: Watch.Beat) { fabric.hear(beat, at: now) }
}
