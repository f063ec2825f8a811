import Units

/// Who watches production by heartbeats, and who has a say before a standby site takes over without being told to.
public struct WatchPolicy: Hashable, Sendable {
  /// The site that takes over.
  public var standby: SiteID
  /// A third site that tells a dead production from a cut link; `nil`: the standby site decides alone.
  public var witness: SiteID?
  /// From one sign of life to the next.
  public var heartbeat: Duration
  /// How many missing signs of life in a row mean that a site is lost.
  public var misses: Int

  public init(standby: SiteID, witness: SiteID?, heartbeat: Duration, misses: Int) {
    self.standby = standby
    self.witness = witness
    self.heartbeat = heartbeat
    self.misses = misses
  }

  /// Silence for so long means that a site is lost.
  public var patience: Duration { heartbeat * Int64(misses) }
}

/// The watch over production, as it goes.
///
/// With a witness production serves on a lease: it stops by itself once it has heard neither of the others for as long as they
/// wait for it. So it has stopped before the witness lets the standby site take over.
struct Watch: Sendable {
  enum Party: UInt8, CaseIterable, Sendable {
    case production
    case standby
    case witness
  }

  /// A sign of life on its way.
  struct Beat: Sendable {
    let from: Party
    let to: Party
    /// How long its sender had not heard production by then.
    let silence: Duration
  }

  enum Verdict: Hashable, Sendable {
    case allIsWell
    /// The standby site does not hear production, and the witness does.
    case falseAlarm
    case productionIsDead
    /// The standby site hears neither: it may be the one that is cut off.
    case noQuorum
  }

  let policy: WatchPolicy
  let sites: [SiteID?]
  /// By listener, then speaker: the last sign of life.
  private var heard: [[Instant]]
  /// For how long the witness has not heard production, as it last told the standby site.
  private var toldSilence = Duration.zero
  /// The present silence was found to be a false alarm.
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

  /// Whether production hears nobody and must stop, since somebody may be taking over.
  func hasLostLease(at now: Instant) -> Bool {
    guard policy.witness != nil else { return false }
    let last = max(lastHeard(.standby, by: .production), lastHeard(.witness, by: .production))
    return now - last >= policy.patience
  }

  /// What the standby site makes of what it has heard.
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
