import Units

/// The rules by which sites watch production, and by which a standby site may take over automatically.
public struct WatchPolicy: Hashable, Sendable {
  /// The site that takes over.
  public var standby: SiteID
  /// The third site that distinguishes a dead production from a cut link. With `nil`, the standby site
  /// decides alone.
  public var witness: SiteID?
  /// The interval between heartbeats.
  public var heartbeat: Duration
  /// The number of consecutive missed heartbeats after which a site counts as lost.
  public var misses: Int

  public init(standby: SiteID, witness: SiteID?, heartbeat: Duration, misses: Int) {
    self.standby = standby
    self.witness = witness
    self.heartbeat = heartbeat
    self.misses = misses
  }

  /// The silence after which a site counts as lost.
  public var patience: Duration { heartbeat * Int64(misses) }
}

/// The watch over production with its heartbeats.
///
/// With a witness, production serves on a lease. It stops itself once it has received no heartbeat from the
/// others for as long as they wait for it. So production has stopped before the witness lets the standby site
/// take over.
struct Watch: Sendable {
  enum Party: UInt8, CaseIterable, Sendable {
    case production
    case standby
    case witness
  }

  /// A heartbeat in flight.
  struct Beat: Sendable {
    let from: Party
    let to: Party
    /// The time for which the sender had not received a heartbeat of production.
    let silence: Duration
  }

  enum Verdict: Hashable, Sendable {
    case allIsWell
    /// The standby site receives no heartbeat of production, but the witness does.
    case falseAlarm
    case productionIsDead
    /// The standby site receives no heartbeat of production or the witness. The standby site itself may be
    /// cut off.
    case noQuorum
  }

  let policy: WatchPolicy
  let sites: [SiteID?]
  /// The time of the last heartbeat, by listener, then by sender.
  private var heard: [[Instant]]
  /// The silence of production that the witness last reported to the standby site.
  private var toldSilence = Duration.zero
  /// Whether the present silence is a false alarm.
  private(set) var isFalseAlarm = false

  init(_ policy: WatchPolicy, over production: SiteID, startingAt now: Instant) {
    self.policy = policy
    sites = [production, policy.standby, policy.witness]
    heard = Party.allCases.map { _ in Party.allCases.map { _ in now } }
  }

  func site(of party: Party) -> SiteID? { sites[Int(party.rawValue)] }

  func lastHeard(_ speaker: Party, by listener: Party) -> Instant {
    heard[Int(listener.rawValue)][Int(speaker.rawValue)]
  }

  mutating func hear(_ beat: Beat, at now: Instant) {
    heard[Int(beat.to.rawValue)][Int(beat.from.rawValue)] = now
    if beat.to == .standby, beat.from == .witness { toldSilence = beat.silence }
    if beat.to == .standby, beat.from == .production { isFalseAlarm = false }
  }

  /// Whether production lost its lease and must stop, because another site may take over.
  func hasLostLease(at now: Instant) -> Bool {
    guard policy.witness != nil else { return false }
    let last = max(lastHeard(.standby, by: .production), lastHeard(.witness, by: .production))
    return now - last >= policy.patience
  }

  /// Returns the standby site's verdict on the heartbeats so far.
  mutating func verdict(at now: Instant) -> Verdict {
    guard now - lastHeard(.production, by: .standby) >= policy.patience else { return .allIsWell }
    guard policy.witness != nil else { return .productionIsDead }
    if now - lastHeard(.witness, by: .standby) >= policy.patience { return .noQuorum }
    if toldSilence >= policy.patience { return .productionIsDead }
    // The witness has not made up its mind while it misses some, too.
    if isFalseAlarm || toldSilence >= policy.heartbeat * 2 { return .allIsWell }
    isFalseAlarm = true
    return .falseAlarm
  }
}
