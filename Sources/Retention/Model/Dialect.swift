import Schedules
import Units

/// The rules of one tool or provider for keeping recovery points.
///
/// Each dialect agrees with its tool on test vectors that the tool produced. The differences are documented
/// at each dialect.
public enum Dialect: Hashable, Sendable {
  case own(OwnRules)
  case restic(ResticForget)
  case borg(BorgPrune)
  case pgBackRest(PgBackRestExpire)
  case barman(BarmanRetention)
  case sanoid(SanoidPolicy)
  case btrbk(BtrbkPolicy)
  case snapper(SnapperTimeline)
  case rsnapshot(RsnapshotLevels)
  case zfsAutoSnapshot(ZFSAutoSnapshotLabels)
  case cbr(CBRPolicy)
  case dlm(DLMPolicy)
  case awsBackup(AWSBackupLifecycle)
  case gfs(GFSPolicy)

  private var rules: any DialectRules {
    switch self {
    case .own(let rules): rules
    case .restic(let rules): rules
    case .borg(let rules): rules
    case .pgBackRest(let rules): rules
    case .barman(let rules): rules
    case .sanoid(let rules): rules
    case .btrbk(let rules): rules
    case .snapper(let rules): rules
    case .rsnapshot(let rules): rules
    case .zfsAutoSnapshot(let rules): rules
    case .cbr(let rules): rules
    case .dlm(let rules): rules
    case .awsBackup(let rules): rules
    case .gfs(let rules): rules
    }
  }

  /// The names of the rules, in the tool's words and order.
  public var ruleNames: [String] { rules.ruleNames }

  /// Returns the findings of the rules and locks, in the order of the points.
  ///
  /// Complexity: O(n log n) in the number of points, times the number of rules.
  public func findings(on points: [ArchivedPoint], at now: Instant, zone: Zone = .utc) -> [Finding] {
    let locals = points.map {
      $0.instant.wholeSeconds + ($0.offset ?? zone.offset(at: $0.instant.wholeSeconds))
    }
    return findings(on: points, locals: locals, order: points.newestFirst, at: now, zone: zone)
  }

  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = rules.findings(on: points, locals: locals, order: order, at: now, zone: zone)
    for index in points.indices where !findings[index].isKept {
      if let lock = points[index].lockedUntil, now < lock { findings[index] = .kept(.locked) }
    }
    return findings
  }

  /// Returns the indices that a prune drops, if the dialect finds them without checking every point.
  func drops(seconds: [Int], locals: [Int], at now: Int) -> [Int]? {
    rules.drops(seconds: seconds, locals: locals, at: now)
  }

  /// The finding on the points that `drops` returns.
  var findingOfDrops: Finding { if case .awsBackup = self { .dropped(.expired) } else { .dropped } }

  /// Whether a run creates points of several series: snapshot types, labels, levels or copies.
  public var hasSeries: Bool {
    switch self {
    case .sanoid, .zfsAutoSnapshot, .rsnapshot, .dlm: true
    case .own, .restic, .borg, .pgBackRest, .barman, .btrbk, .snapper, .cbr, .awsBackup, .gfs: false
    }
  }

  /// Returns the reason why a point is kept or dropped, in one line.
  public func explanation(_ finding: Finding) -> String {
    let names = ruleNames.enumerated().filter { finding.rules & (1 << UInt32($0.offset)) != 0 }.map(\.element)
    let number = finding.number > 0 && names.count == 1 ? " #\(finding.number)" : ""
    let rules = names.joined(separator: ", ") + number
    return switch finding.note {
    case .none: finding.isKept ? rules : "no rule keeps it"
    case .oldest: "\(rules)[oldest]"
    case .checkpoint: "checkpoint, and nothing is newer"
    case .notJudged: "failed or waiting: not judged"
    case .minimumRedundancy: "kept for minimum_redundancy"
    case .dependsOnDropped: "builds on a point that goes"
    case .neededByKept: "a point that stays builds on it"
    case .locked: "locked"
    case .expired: "past the date fixed at its making"
    case .orphaned: "made under a count, and no rule drops it now"
    case .young: "younger than the rule asks"
    }
  }
}

extension [ArchivedPoint] {
  /// The indices, newest first. Of simultaneous points the greater name comes first, then the later index.
  var newestFirst: [Int] {
    let isAscending = zip(self, dropFirst()).allSatisfy { $0.instant < $1.instant }
    if isAscending { return indices.reversed() }
    return indices.sorted { a, b in
      if self[a].instant != self[b].instant { return self[a].instant > self[b].instant }
      return self[a].name != self[b].name ? self[a].name > self[b].name : a > b
    }
  }
}

extension Dialect {
  /// The tool and its rules in one line.
  public var wording: String { "\(toolName): " + ruleNames.joined(separator: ", ") }

  /// The name of the tool or provider.
  public var toolName: String {
    switch self {
    case .own: "firedrill"
    case .restic: "restic"
    case .borg: "borg"
    case .pgBackRest: "pgBackRest"
    case .barman: "barman"
    case .sanoid: "sanoid"
    case .btrbk: "btrbk"
    case .snapper: "snapper"
    case .rsnapshot: "rsnapshot"
    case .zfsAutoSnapshot: "zfs-auto-snapshot"
    case .cbr: "CBR"
    case .dlm: "AWS DLM"
    case .awsBackup: "AWS Backup"
    case .gfs: "GFS"
    }
  }
}
