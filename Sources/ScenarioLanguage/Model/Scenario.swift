import Estate
import Statistics
import Units

/// A requested rehearsal: the estate, its disasters, its strategies, and its objectives.
public struct Scenario: Sendable {
  /// The stem of the file's name, which names the reports.
  public var name: String
  /// The title in the head of the report.
  public var title: String
  public var seed: UInt64
  public var scale: Scale
  /// The width to which writes are cut near strikes and recovery points.
  public var resolution: Duration
  /// The instant at which the simulated run begins.
  public var start: Instant
  /// The time that the estate runs before the first disaster can strike.
  public var warmUp: Duration
  /// The length of the time in which disasters can strike.
  public var window: Duration
  public var objectives: Objectives
  public var blueprint: Blueprint
  /// The recovery times of each service, in the order of the blueprint's services.
  public var serviceTimes: [ServiceTimes]
  public var people: People
  /// The strikes of disasters without a plan of their own.
  public var strikes: StrikePlan
  public var disasters: [Disaster]
  public var strategies: [Strategy]
  /// The name of the chosen strategy, which the objectives bind; `nil` while none is chosen.
  public var chosen: String?
  /// The rates of the backup engine's work on one core.
  public var speeds: EngineSpeeds
  public var prices: PriceBook
  public var costs: CostTerms
  public var check: CheckTerms
  /// The precision to reach; `nil` for the number of drills that the strikes state.
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
  /// The end of the applications' writes. Recoveries may continue after the last strike.
  package var workloadEnd: Instant {
    let dwell = disasters.map(\.dwell).max() ?? .zero
    // Services that failed over write on until their site is back.
    let returns =
      strategies.compactMap { $0.disasterRecovery?.failback?.productionReturns.tail }.max() ?? .zero
    return windowEnd + dwell + .days(1) + returns * 2
  }
}

/// The recovery objectives of the business.
public struct Objectives: Hashable, Sendable {
  public var rpo: Duration
  public var rto: Duration
  /// The share of recoveries that must meet the objectives.
  public var level: Ratio
  /// The tiers of the services, in the order of their restores; empty without tiers.
  public var tiers: [ServiceTier] = []

  package init(rpo: Duration, rto: Duration, level: Ratio = .percent(95)) {
    self.rpo = rpo
    self.rto = rto
    self.level = level
  }
}

/// The times of a service's start on its host once its data is available.
public struct ServiceTimes: Sendable {
  /// The time from power-on to a running operating system.
  public var boot: Distribution
  /// The time from the application's start to its first answer: log replay, consistency checks.
  public var appRecovery: Distribution
  /// The time in which a person or script verifies the service.
  public var verify: Distribution
  /// The time from the first answer to normal speed.
  public var warmUp: Distribution

  package init(boot: Distribution, appRecovery: Distribution, verify: Distribution, warmUp: Distribution) {
    self.boot = boot
    self.appRecovery = appRecovery
    self.verify = verify
    self.warmUp = warmUp
  }
}

/// The delays by people, drawn for each rehearsal.
public struct People: Sendable {
  /// The time from the start of the outage to an alarm that a person reads.
  public var detect: Distribution
  /// The time from the alarm to the declaration of a disaster.
  public var declare: Distribution
  /// The time from the declaration to the decision on the response.
  public var decide: Distribution

  package init(detect: Distribution, declare: Distribution, decide: Distribution) {
    self.detect = detect
    self.declare = declare
    self.decide = decide
  }
}

/// The choice of the instants at which a disaster strikes.
public enum StrikePlan: Sendable {
  /// The strikes are at these instants.
  case at([Instant])
  /// The strikes are spread evenly, one in each n-th part of the window. A low-discrepancy sequence moves
  /// them so that they do not align with schedules.
  case spread(Int)
  /// The strikes follow a renewal process over the window, with at most `atMost` strikes. The times between
  /// strikes are drawn.
  case renewal(RenewalProcess, atMost: Int)
}

/// A disaster that hits the estate.
public struct Disaster: Sendable {
  public var name: String
  public var cause: Cause
  public var target: Target
  /// The time from the strike until the damage shows and the outage begins.
  public var dwell: Duration
  /// The share of a target volume's used pages that is deleted, corrupted or encrypted.
  public var share: Ratio
  /// The disaster's own strikes; `nil` for the scenario's.
  public var strikes: StrikePlan?
  /// The disaster's own time to detection; `nil` for that of the scenario's people.
  public var detect: Distribution?
  /// A second disaster and its delay after the start of the outage.
  public var followedBy: (disaster: Int, after: Distribution)?
  /// Published figures of a real incident of this kind, shown beside the achieved values.
  public var published: Published?
  /// The duration of power outages, link faults and slow devices; `nil` when the fault does not end by
  /// itself.
  public var lasting: Duration?
  /// The effect of link faults and slow devices while they last.
  public var course: FaultCourse
  /// The area of natural disasters that are stated by their centre.
  public var area: DisasterArea?
  /// The name of the region, for disasters stated by a region.
  public var region: String?
  /// The expected occurrences in a year, including those of clusters; `nil` when unknown.
  public var perYear: Ratio?
  /// The time between two first occurrences; `nil` for exponential times by the annual rate.
  public var interval: Distribution?
  /// The further occurrences after each first one; `nil` for none.
  public var cluster: DisasterCluster?
  /// Deletions and wrong updates: whether the database's files are damaged, bypassing the database.
  public var harmsFiles = false
  /// The number of servers that fail of a host with several; `nil` for all.
  public var servers: Int?
  /// The sites and the time without launches of servers; `nil` when servers can be launched everywhere.
  public var launches: LaunchOutage?

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
  /// Whether a natural disaster reaches no site and so harms nothing.
  public var isMiss: Bool {
    if case .sites(let reached) = target { reached.isEmpty } else { false }
  }

  /// Whether a log-based standby escapes the damage. Statements are in the log, but damage to files is not.
  package var passesByTheLog: Bool { harmsFiles || cause == .virusAttack || cause == .vaultAttack }

  /// Whether the disaster is a statement that a database carries out, so that its log names it.
  package var isMistake: Bool {
    !harmsFiles && (cause == .accidentalDeletion || cause == .applicationUpdateError)
  }
}

/// A published or observed figure, shown beside the measured values and never mixed with them.
public struct Published: Hashable, Sendable {
  public var rpo: Duration?
  public var rto: Duration?
  /// The scope of the figure: what its clock includes and leaves out.
  public var scope: String
  /// The document and its date.
  public var source: String

  package init(rpo: Duration?, rto: Duration?, scope: String, source: String) {
    self.rpo = rpo
    self.rto = rto
    self.scope = scope
    self.source = source
  }
}

/// A strategy: the protection of the estate and its recovery.
public struct Strategy: Sendable {
  public var name: String
  public var title: String
  /// Snapshots on the production device itself.
  public var snapshots: SnapshotPolicy?
  public var backups: [BackupPolicy]
  /// The archive of the databases' logs; `nil` for none.
  public var logArchive: LogArchivePolicy?
  /// The copies with which another site can take over.
  public var disasterRecovery: DisasterRecovery?
  public var recovery: RecoveryPolicy
  public var published: Published?
  /// The upkeep beside the metered usage.
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

/// The resources prepared for a recovery, and the times of the remaining work.
public struct RecoveryPolicy: Sendable {
  /// The time to replace a lost disk, server or storage device.
  public var replaceDisk: Distribution
  public var replaceHost: Distribution
  public var replaceDevice: Distribution
  /// The place to rebuild a lost site; `nil` when the strategy has none.
  public var rebuildSite: RebuildSite?
  /// The number of services restored at once; the others wait.
  public var concurrentRestores: Int
  /// The time to redirect name service, load balancers and addresses.
  public var redirect: Distribution
  /// The rate at which a candidate recovery point is scanned when corruption had time to spread.
  public var scanRate: ByteRate
  /// The time to certify restored data before use, when damage had time to spread; `nil` for no
  /// certification.
  public var certify: Distribution?
  /// Steps that can fail and are repeated.
  public var stumbles = Stumbles()
  /// Services run from the vault while their data is copied back; `nil`: they wait for all of it.
  public var instant: InstantRestore?

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
