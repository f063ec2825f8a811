import Estate
import Retention
import ScenarioLanguage
import Schedules
import Storage
import Units

/// An estimate of the peak memory of a run, known before anything is drawn.
///
/// Pages of 4 KiB are its largest part: the initial volumes, the pages written since, the versions that snapshots,
/// journals and vaults keep, and the volumes that a drill restores. Of thirteen runs that were measured, of 0.2 to
/// 3.5 GB, ten needed 0.8 to 1.2 times the estimate, and all of them 0.4 to 2.5 times.
public struct MemoryEstimate: Sendable {
  public private(set) var total = ByteCount.zero

  /// The memory of a program that rehearses nothing, by measurement.
  private static let base = 45e6
  /// The memory of a page with its head and the allocator's share.
  private static let page = Double(PagedImage.pageSize + 64)
  /// The memory of one scheduled write: its time, place and size, and its share in the maps of all pages.
  private static let scheduledWrite = 40.0
  /// The memory of one write in a world: the ledger and the times of its acknowledgement.
  private static let issuedWrite = 24.0
  /// The number of pages whose stamps a reader keeps.
  private static let pagesRead = 16_384.0
  /// The number of opened blocks that a world keeps for later restores.
  private static let blocksOpened = 4_096.0

  private let scenario: Scenario
  /// The seconds for which writes are scheduled, and those until the last strike.
  private let time: Double
  private let reach: Double
  private let volumes: [WorkloadOutline]

  /// Estimates the run of a part of a scenario with so many jobs.
  public init(of scenario: Scenario, selection: Sweep.Selection = Sweep.Selection(), jobs: Int) {
    self.scenario = scenario
    time = (scenario.workloadEnd - scenario.start).seconds
    reach = (scenario.windowEnd - scenario.start).seconds
    let refinement = scenario.refinement(strikes: scenario.allStrikes(and: selection.instant))
    volumes = scenario.blueprint.volumes.map {
      WorkloadOutline(
        of: $0, scale: scenario.scale, start: scenario.start, end: scenario.workloadEnd,
        refinement: refinement)
    }
    let strategies = selection.strategies(of: scenario)
    var bytes = Self.base + usedPages * Self.page
    for volume in volumes { bytes += Double(volume.writeCount) * Self.scheduledWrite }
    let courses = strategies.map(course).sorted(by: >)
    bytes += courses.prefix(jobs).reduce(0, +)
    bytes += Double(jobs) * (strategies.map(drill).max() ?? 0)
    total = ByteCount(Int64(min(bytes, 1e18)))
  }

  // MARK: One strategy

  /// Returns the bytes of a strategy's undisturbed world.
  private func course(of strategy: Strategy) -> Double {
    let parts = volumes.reduce(0) { $0 + Double($1.writeCount * $1.pagesPerWrite) }
    var bytes = (pagesWritten(in: reach) + min(usedPages + parts, Self.pagesRead)) * Self.page
    bytes += volumes.reduce(0) { $0 + Double($1.writeCount) * Self.issuedWrite }
    if let snapshots = strategy.snapshots {
      bytes += versions(by: snapshots.schedule, snapshots.retention) * Self.page
    }
    for policy in strategy.backups { bytes += vault(of: policy) }
    for group in strategy.disasterRecovery?.groups ?? [] { bytes += copy(of: group) }
    return bytes
  }

  /// Returns the bytes of a vault, its replica, the image to which the next backup compares, and opened blocks.
  private func vault(of policy: BackupPolicy) -> Double {
    let stored = zip(volumes, scenario.blueprint.volumes).reduce(0) { sum, volume in
      sum + Double(volume.0.usedPages) * (1 - volume.1.workload.compressibility.value)
    }
    let blocks = Double(policy.chunking.usualSize) / Double(PagedImage.pageSize)
    let plain = versions(by: policy.schedule, policy.retention, pagesPerChange: blocks)
    let versions = plain * stored / max(1, usedPages)
    let opened = min(usedPages + plain, Self.blocksOpened * blocks)
    let image = pagesWritten(in: reach / Double(max(1, scenario.slots(of: policy.schedule).count)))
    return ((stored + versions) * (policy.replica == nil ? 1 : 2) + image + opened) * Self.page
  }

  /// Returns the bytes of a copy beside production's pages, which both share.
  private func copy(of group: ReplicationPolicy) -> Double {
    switch group.mode {
    case .hostIO:
      // A journal keeps every part of a write, and its capacity holds the whole writes that they make.
      let whole = volumes.reduce(0) { $0 + Double($1.wholeWriteCount * $1.pagesPerWrite) }
      let parts = volumes.reduce(0) { $0 + Double($1.writeCount * $1.pagesPerWrite) }
      let room = Double(group.journalMaximum.bytes / scenario.scale.denominator) / Double(PagedImage.pageSize)
      return parts * min(reach / time, room / max(1, whole)) * Self.page
    case .storage(.interval(let interval)):
      return pagesWritten(in: interval.seconds) * Double(group.keptSnapshots + 2) * Self.page
    case .storage, .application, .activeActive: return 0
    }
  }

  /// Returns the bytes of a drill: two restored images where vaults can restore, else the damaged pages.
  private func drill(under strategy: Strategy) -> Double {
    if !strategy.backups.isEmpty { return usedPages * 2.5 * Self.page }
    let damaged = scenario.disasters.map { (disaster) -> Double in
      guard case .volumes(let hit) = disaster.target else { return 0 }
      return hit.reduce(0) { $0 + Double(volumes[$1].usedPages) } * disaster.share.value
    }
    return (damaged.max() ?? 0) * Self.page
  }

  // MARK: Pages

  private var usedPages: Double { volumes.reduce(0) { $0 + Double($1.usedPages) } }

  /// Returns the number of different pages written in a time of so many seconds, with each page equally popular.
  private func pagesWritten(in seconds: Double, pagesPerChange: Double = 1) -> Double {
    volumes.reduce(0) { sum, volume in
      let written = Double(volume.wholeWriteCount * volume.pagesPerWrite) * min(1, seconds / time)
      return sum + min(written * pagesPerChange, Double(volume.usedPages))
    }
  }

  /// Returns the number of pages that the kept points of a schedule hold beside the newest state.
  private func versions(
    by schedule: Timetable, _ retention: RetentionPolicy, pagesPerChange: Double = 1
  ) -> Double {
    let taken = max(1, scenario.slots(of: schedule).count)
    let interval = reach / Double(taken)
    let each = pagesWritten(in: interval, pagesPerChange: pagesPerChange)
    guard retention.dialect == nil, !retention.rules.isEmpty else { return each * Double(taken) }
    let kept = retention.rules.map { (rule) -> Double in
      switch rule {
      case .newest(let count), .newestOfEach(_, let count): Double(count)
      case .age(let limit): limit.seconds / interval
      case .permanent: Double(taken)
      }
    }
    return each * min(kept.reduce(0, +), Double(taken))
  }
}

extension Scenario {
  /// Returns the finest coarser scale whose run fits into the memory; `nil` where none does.
  public func scale(fitting memory: ByteCount, selection: Sweep.Selection, jobs: Int) -> Scale? {
    var coarser = self
    while coarser.scale.denominator < Self.coarsest {
      coarser.scale = Scale(denominator: coarser.scale.denominator * 2)
      if MemoryEstimate(of: coarser, selection: selection, jobs: jobs).total <= memory {
        return coarser.scale
      }
    }
    return nil
  }

  private static let coarsest: Int64 = 1 << 24
}
