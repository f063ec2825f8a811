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

  /// Traps when a heartbeat of the future was received.
  func checkInvariants(at now: Instant) {
    precondition(sites.count == Party.allCases.count, "every party of a watch has its place")
    precondition(heard.allSatisfy { $0.allSatisfy { $0 <= now } }, "a heartbeat is heard when it arrives")
    precondition(toldSilence >= .zero, "a silence has a length")
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

/// The watch over production while it lasts, and its consequences.
struct ProductionWatch: Sendable {
  /// The present watch; `nil` before it starts and after its verdict.
  private(set) var watch: Watch?
  /// Whether production lost its lease and stopped itself.
  private(set) var hasProductionGivenUp = false
  /// The number of takeovers that the witness stopped because production was still alive.
  private(set) var falseAlarms = 0

  mutating func start(_ policy: WatchPolicy, over production: SiteID, at now: Instant) {
    watch = Watch(policy, over: production, startingAt: now)
  }

  mutating func hear(_ beat: Watch.Beat, at now: Instant) { watch?.hear(beat, at: now) }

  /// Whether production has lost its lease by now, and had not before.
  mutating func losesLease(at now: Instant) -> Bool {
    guard !hasProductionGivenUp, watch?.hasLostLease(at: now) == true else { return false }
    hasProductionGivenUp = true
    return true
  }

  /// Returns the standby site's verdict. A verdict that production or the quorum is lost ends the watch.
  mutating func judge(at now: Instant) -> Watch.Verdict {
    let verdict = watch?.verdict(at: now) ?? .allIsWell
    switch verdict {
    case .allIsWell: break
    case .falseAlarm: falseAlarms += 1
    case .productionIsDead, .noQuorum: watch = nil
    }
    return verdict
  }

  /// Traps when a heartbeat of the future was received.
  func checkInvariants(at now: Instant) {
    precondition(falseAlarms >= 0, "false alarms are counted")
    watch?.checkInvariants(at: now)
  }
}
