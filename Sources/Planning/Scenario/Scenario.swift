import Estate
import Units

/// A rehearsal as it was asked for: the estate, what may befall it, who protects it how, and what is expected.
public struct Scenario: Sendable {
  /// The file's stem: names the reports.
  public var name: String
  /// One line for the head of the report.
  public var title: String
  public var seed: UInt64
  public var scale: Scale
  /// How finely writes are cut near strikes and recovery points.
  public var resolution: Duration
  /// When the simulated run begins.
  public var start: Instant
  /// How long the estate runs before the first disaster can strike.
  public var warmUp: Duration
  /// How long disasters can strike.
  public var window: Duration
  public var objectives: Objectives
  public var blueprint: Blueprint
  /// How long each service takes to come back, in the order of the blueprint's services.
  public var serviceTimes: [ServiceTimes]
  public var people: People
  /// When disasters strike that do not say so themselves.
  public var strikes: StrikePlan
  public var disasters: [Disaster]
  public var strategies: [Strategy]
  /// The strategy that was chosen, which the objectives bind; `nil` while none is.
  public var chosen: String?
  /// Rates of the backup engine's own work on one core.
  public var speeds: EngineSpeeds
  public var prices: PriceBook
  public var costs: CostTerms
  public var check: CheckTerms
  /// `nil`: as many drills as the strikes say.
  public var precision: PrecisionGoal?

  package init(
    name: String, title: String, seed: UInt64, scale: Scale, start: Instant, warmUp: Duration,
    window: Duration, objectives: Objectives, blueprint: Blueprint, serviceTimes: [ServiceTimes],
    people: People, strikes: StrikePlan, disasters: [Disaster], strategies: [Strategy], speeds: EngineSpeeds,
    prices: PriceBook = .standard, costs: CostTerms = CostTerms(), check: CheckTerms = CheckTerms(),
    precision: PrecisionGoal? = nil, resolution: Duration = .seconds(1)
  ) {
    self.resolution = resolution
    self.name = name
    self.title = title
    self.seed = seed
    self.scale = scale
    self.start = start
    self.warmUp = warmUp
    self.window = window
    self.objectives = objectives
    self.blueprint = blueprint
    self.serviceTimes = serviceTimes
    self.people = people
    self.strikes = strikes
    self.disasters = disasters
    self.strategies = strategies
    self.speeds = speeds
    self.prices = prices
    self.costs = costs
    self.check = check
    self.precision = precision
  }

  /// The first instant at which a disaster can strike.
  public var windowStart: Instant { start + warmUp }
  public var windowEnd: Instant { start + warmUp + window }
  /// Until when applications write: recoveries go on after the last strike.
  package var workloadEnd: Instant {
    let dwell = disasters.map(\.dwell).max() ?? .zero
    // Services that failed over write on until their site is back.
    let returns =
      strategies.compactMap { $0.disasterRecovery?.failback?.productionReturns.tail }.max() ?? .zero
    return windowEnd + dwell + .days(1) + returns * 2
  }
}

/// What the business asks for.
public struct Objectives: Hashable, Sendable {
  public var rpo: Duration
  public var rto: Duration
  /// The share of recoveries that is to meet them.
  public var level: Ratio

  package init(rpo: Duration, rto: Duration, level: Ratio = .percent(95)) {
    self.rpo = rpo
    self.rto = rto
    self.level = level
  }
}

/// What happens on a service's host once its data is there.
public struct ServiceTimes: Sendable {
  /// From power-on to a running operating system.
  public var boot: Distribution
  /// From the start of the application to its first answer: log replay, consistency checks.
  public var appRecovery: Distribution
  /// A person or a script checks that the service is right.
  public var verify: Distribution
  /// From the first answer to normal speed.
  public var warmUp: Distribution

  package init(boot: Distribution, appRecovery: Distribution, verify: Distribution, warmUp: Distribution) {
    self.boot = boot
    self.appRecovery = appRecovery
    self.verify = verify
    self.warmUp = warmUp
  }
}

/// How long people need, each drawn for each rehearsal.
public struct People: Sendable {
  /// From the start of the outage to an alarm that somebody reads.
  public var detect: Distribution
  /// From the alarm to the declaration of a disaster.
  public var declare: Distribution
  /// From the declaration to the decision what to do.
  public var decide: Distribution

  package init(detect: Distribution, declare: Distribution, decide: Distribution) {
    self.detect = detect
    self.declare = declare
    self.decide = decide
  }
}

/// When a disaster strikes.
public enum StrikePlan: Sendable {
  /// At these instants.
  case at([Instant])
  /// At n instants spread evenly over the window, each in the middle of its n-th part, moved by a low-discrepancy
  /// sequence so that they do not beat with the schedules.
  case spread(Int)
  /// A renewal process over the window: times between strikes are drawn; at most `atMost` strikes.
  case renewal(RenewalProcess, atMost: Int)
}

/// Something that befalls the estate.
public struct Disaster: Sendable {
  public var name: String
  public var cause: Cause
  public var target: Target
  /// From the strike until the damage shows and the outage begins.
  public var dwell: Duration
  /// The share of a target volume's used pages that is deleted, corrupted or encrypted.
  public var share: Ratio
  /// `nil`: as the scenario says.
  public var strikes: StrikePlan?
  /// `nil`: as the scenario's people.
  public var detect: Distribution?
  /// An unlucky second disaster, so long after the start of the outage.
  public var followedBy: (disaster: Int, after: Distribution)?
  /// What is known of a real incident of this kind, shown beside what is achieved.
  public var published: Published?
  /// Power outages, link faults and slow devices: how long they last; `nil` for what does not end by itself.
  public var lasting: Duration?
  /// Link faults and slow devices: what they do as long as they last.
  public var course: FaultCourse
  /// Natural disasters that are given by their centre: where they reach.
  public var area: DisasterArea?
  /// Disasters that are given by a region: its name.
  public var region: String?
  /// Occurrences that are expected in a year, further ones of a cluster included; `nil`: unknown.
  public var perYear: Ratio?
  /// The time between two first occurrences; `nil`: exponential, by the yearly rate.
  public var interval: Distribution?
  /// Further occurrences after each first one; `nil`: none.
  public var cluster: DisasterCluster?
  /// Deletions and wrong updates: whether the files of a database are harmed, past the database itself.
  public var harmsFiles = false

  package init(
    name: String, cause: Cause, target: Target, dwell: Duration, share: Ratio, strikes: StrikePlan?,
    detect: Distribution?, followedBy: (disaster: Int, after: Distribution)?, published: Published?,
    lasting: Duration? = nil, course: FaultCourse = .cut, area: DisasterArea? = nil, perYear: Ratio? = nil,
    interval: Distribution? = nil, cluster: DisasterCluster? = nil
  ) {
    self.name = name
    self.cause = cause
    self.target = target
    self.dwell = dwell
    self.share = share
    self.strikes = strikes
    self.detect = detect
    self.followedBy = followedBy
    self.published = published
    self.lasting = lasting
    self.course = course
    self.area = area
    self.perYear = perYear
    self.interval = interval
    self.cluster = cluster
  }
}

extension Disaster {
  /// Whether it reaches no site: a natural disaster elsewhere, which harms nothing.
  public var isMiss: Bool {
    if case .sites(let reached) = target { reached.isEmpty } else { false }
  }

  /// Whether a standby that applies the log keeps bytes of its own: what a database is told to do is in its log, what happens
  /// to its files is not.
  package var passesByTheLog: Bool { harmsFiles || cause == .virusAttack || cause == .vaultAttack }
}

/// What was promised or observed elsewhere; shown beside the measured values and never mixed with them.
public struct Published: Hashable, Sendable {
  public var rpo: Duration?
  public var rto: Duration?
  /// What the figure's clock counts and leaves out.
  public var scope: String
  /// Document and date.
  public var source: String

  package init(rpo: Duration?, rto: Duration?, scope: String, source: String) {
    self.rpo = rpo
    self.rto = rto
    self.scope = scope
    self.source = source
  }
}

/// How the estate is protected, and how it is recovered.
public struct Strategy: Sendable {
  public var name: String
  public var title: String
  /// Snapshots on the production device itself.
  public var snapshots: SnapshotPolicy?
  public var backups: [BackupPolicy]
  /// Copies that another site can take over with.
  public var disasterRecovery: DisasterRecovery?
  public var recovery: RecoveryPolicy
  public var published: Published?
  /// What it needs beside what the run meters.
  public var upkeep: Upkeep

  package init(
    name: String, title: String, snapshots: SnapshotPolicy?, backups: [BackupPolicy],
    disasterRecovery: DisasterRecovery? = nil, recovery: RecoveryPolicy, published: Published?,
    upkeep: Upkeep = Upkeep()
  ) {
    self.name = name
    self.title = title
    self.snapshots = snapshots
    self.backups = backups
    self.disasterRecovery = disasterRecovery
    self.recovery = recovery
    self.published = published
    self.upkeep = upkeep
  }
}

/// What stands ready for a recovery, and how long the rest takes.
public struct RecoveryPolicy: Sendable {
  /// A new disk, server or storage device in the place of a lost one.
  public var replaceDisk: Distribution
  public var replaceHost: Distribution
  public var replaceDevice: Distribution
  /// Where everything is rebuilt when its site is lost; `nil`: the strategy has nowhere to go.
  public var rebuildSite: RebuildSite?
  /// How many services are restored at once; the others wait their turn.
  public var concurrentRestores: Int
  /// Name service, load balancers, addresses.
  public var redirect: Distribution
  /// How a candidate recovery point is examined when corruption had time to spread.
  public var scanRate: ByteRate

  package init(
    replaceDisk: Distribution, replaceHost: Distribution, replaceDevice: Distribution,
    rebuildSite: RebuildSite?, concurrentRestores: Int, redirect: Distribution, scanRate: ByteRate
  ) {
    self.replaceDisk = replaceDisk
    self.replaceHost = replaceHost
    self.replaceDevice = replaceDevice
    self.rebuildSite = rebuildSite
    self.concurrentRestores = concurrentRestores
    self.redirect = redirect
    self.scanRate = scanRate
  }
}

/// A place to rebuild a lost site's services.
public struct RebuildSite: Sendable {
  public var site: SiteID
  public var device: DeviceID
  public var provision: Distribution

  package init(site: SiteID, device: DeviceID, provision: Distribution) {
    self.site = site
    self.device = device
    self.provision = provision
  }
}
