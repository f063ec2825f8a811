import Schedules
import Units

/// One recovery point from its creation to its end.
public struct PointLife: Hashable, Sendable {
  public var point: ArchivedPoint
  /// The end of the point; `nil` while it exists at the end of the time line.
  public var ended: Instant?
  /// The reason for the end; empty while the point exists.
  public var end: Finding
  /// The index of the dialect that dropped the point.
  public var revision: Int
  /// The levels that the point moved up to, ascending. The series at its creation comes first.
  public var moves: [Move] = []

  /// A move of a point to a higher level.
  public struct Move: Hashable, Sendable {
    public let instant: Instant
    public let series: Int
  }

  /// Returns the series of the point at an instant.
  public func series(at instant: Instant) -> Int {
    moves.last { $0.instant <= instant }?.series ?? point.series
  }

  public func exists(at instant: Instant) -> Bool {
    point.instant <= instant && (ended.map { instant < $0 } ?? true)
  }
}

/// A question to the retention simulator: a schedule, rules with changes, and disturbances.
public struct RetentionQuestion: Sendable {
  public var dialect: Dialect
  /// The rules that take effect at an instant, ascending.
  public var changes: [(instant: Instant, dialect: Dialect)] = []
  public var schedule: BackupSchedule
  public var end: Instant
  /// The schedule of prunes; `nil` to prune after each backup.
  public var prune: BackupSchedule?
  /// The zone of the rules' calendar.
  public var zone: Zone
  /// The time for which every point is locked.
  public var lock: Duration?
  /// The periods in which neither backups nor prunes run.
  public var outages: [Range<Instant>] = []

  public init(_ dialect: Dialect, schedule: BackupSchedule, until end: Instant, zone: Zone) {
    self.dialect = dialect
    self.schedule = schedule
    self.end = end
    self.zone = zone
    prune = Self.standardPrune(of: dialect, from: schedule.start)
  }

  /// Returns the usual prunes of a dialect. snapper cleans up daily and CBR every other day; the others do so
  /// after each backup.
  private static func standardPrune(of dialect: Dialect, from start: Instant) -> BackupSchedule? {
    let text =
      switch dialect {
      case .snapper: "FREQ=DAILY"
      case .cbr: "FREQ=DAILY;INTERVAL=2"
      default: ""
      }
    return (try? RecurrenceRule(parsing: text)).map { BackupSchedule($0, from: start) }
  }

  /// Returns the index of the rules in effect at an instant; 0 before the first change.
  public func revision(at instant: Instant) -> Int { changes.prefix { $0.instant <= instant }.count }

  public func dialect(ofRevision place: Int) -> Dialect { place == 0 ? dialect : changes[place - 1].dialect }
}

/// Simulates a schedule and a retention policy through the coming years.
///
/// Complexity: O(runs x points that exist), times the number of rules.
public struct TimeMachine: Sendable {
  private let question: RetentionQuestion
  private var lives: [PointLife] = []
  /// The indices in `lives` of the existing points, ascending in time.
  private var present: [Int] = []
  /// The same points as the dialect sees them; empty while their instants and local times suffice.
  private var points: [ArchivedPoint] = []
  private let needsPoints: Bool
  private var seconds: [Int] = []
  private var locals: [Int] = []
  private var slots: RsnapshotSlots?
  private var presentMaximum = 0
  private var hasParents = false

  private init(_ question: RetentionQuestion) {
    self.question = question
    let dialects = [question.dialect] + question.changes.map(\.dialect)
    needsPoints = question.lock != nil || dialects.contains(where: Self.judgesPoints)
  }

  /// Whether a dialect looks at more of a point than its time.
  ///
  /// A year of hourly points is a megabyte, and removing the oldest one would move all of it at each run.
  private static func judgesPoints(_ dialect: Dialect) -> Bool {
    switch dialect {
    case .own, .restic, .borg, .btrbk, .barman, .awsBackup:
      dialect.drops(seconds: [0], locals: [0], at: 0) == nil
    case .pgBackRest, .sanoid, .snapper, .rsnapshot, .zfsAutoSnapshot, .cbr, .dlm, .gfs: true
    }
  }

  /// Runs every backup and prune through the question's end.
  public static func run(_ question: RetentionQuestion) -> RetentionTimeline {
    var machine = TimeMachine(question)
    machine.run()
    return RetentionTimeline(question: question, lives: machine.lives, presentMaximum: machine.presentMaximum)
  }

  private mutating func run() {
    var revision = 0
    var source = PointSource(question.dialect, zone: question.zone)
    startSlots(question.dialect)
    var prunes = question.prune?.slots
    var nextPrune = prunes?.next()
    for slot in question.schedule.slots {
      while let prune = nextPrune, prune <= min(slot, question.end) {
        if !isOut(prune) { self.prune(at: prune, afterBackup: false) }
        nextPrune = prunes?.next()
      }
      guard slot <= question.end else { break }
      guard !isOut(slot) else { continue }
      let current = question.revision(at: slot)
      if current != revision {
        revision = current
        source = PointSource(question.dialect(ofRevision: revision), zone: question.zone)
        startSlots(question.dialect(ofRevision: revision))
      }
      take(source.products(at: slot), at: slot)
      prune(at: slot, afterBackup: true)
    }
    while let prune = nextPrune, prune <= question.end {
      if !isOut(prune) { self.prune(at: prune, afterBackup: false) }
      nextPrune = prunes?.next()
    }
  }

  private func isOut(_ instant: Instant) -> Bool { question.outages.contains { $0.contains(instant) } }

  // MARK: Making points

  private mutating func take(_ products: [PointSource.Product], at slot: Instant) {
    for product in products {
      if slots != nil, product.series > 0 {
        rotate(level: product.series, at: slot)
        continue
      }
      append(product, at: slot)
      if slots != nil { rotate(level: 0, at: slot) }
    }
    presentMaximum = max(presentMaximum, present.count)
  }

  private mutating func append(_ product: PointSource.Product, at slot: Instant) {
    var point = ArchivedPoint(instant: slot)
    point.kind = product.kind
    point.series = product.series
    point.lockedUntil = question.lock.map { slot + $0 }
    point.parent = parent(of: product)
    if point.parent != nil { hasParents = true }
    if case .cbr(let policy) = question.dialect(ofRevision: question.revision(at: slot)) {
      if case .duration(let days) = policy.keep { point.expiry = slot.after(days: days) }
      if case .count = policy.keep { point.isCounted = true }
    }
    present.append(lives.count)
    if needsPoints { points.append(point) }
    seconds.append(slot.wholeSeconds)
    locals.append(question.zone.local(slot.wholeSeconds))
    lives.append(PointLife(point: point, ended: nil, end: .dropped, revision: 0))
  }

  /// Returns the parent: the newest full for a differential, the newest point for an incremental.
  private func parent(of product: PointSource.Product) -> Int? {
    switch product.kind {
    case .full: nil
    case .differential: points.lastIndex { $0.kind == .full }
    case .incremental: points.indices.last
    }
  }

  // MARK: Dropping points

  private mutating func prune(at now: Instant, afterBackup: Bool) {
    guard slots == nil, !present.isEmpty else { return }
    let revision = question.revision(at: now)
    let dialect = question.dialect(ofRevision: revision)
    let isCBR = if case .cbr = dialect { true } else { false }
    // A prune of its own time leaves the backup alone; CBR counts when a backup has completed.
    guard !afterBackup || question.prune == nil || isCBR else { return }
    if question.lock == nil,
      let drops = dialect.drops(seconds: seconds, locals: locals, at: now.wholeSeconds)
    {
      let finding = dialect.findingOfDrops
      for place in drops { end(place, finding, at: now, revision) }
      return remove(drops)
    }
    let points = needsPoints ? points : present.map { lives[$0].point }
    let findings = dialect.findings(
      on: points, locals: locals, order: points.indices.reversed(), at: now, zone: question.zone)
    let drops = points.indices.filter { place in
      !findings[place].isKept && !(isCBR && (afterBackup == (findings[place].note == .expired)))
    }
    for place in drops { end(place, findings[place], at: now, revision) }
    remove(drops)
  }

  private mutating func end(_ place: Int, _ finding: Finding, at now: Instant, _ revision: Int) {
    lives[present[place]].ended = now
    lives[present[place]].end = finding
    lives[present[place]].revision = revision
  }

  /// Removes points and updates the indices of parents.
  ///
  /// - Parameter drops: ascending.
  private mutating func remove(_ drops: [Int]) {
    for place in drops.reversed() {
      if needsPoints { points.remove(at: place) }
      present.remove(at: place)
      seconds.remove(at: place)
      locals.remove(at: place)
    }
    guard !drops.isEmpty, hasParents else { return }
    for place in points.indices {
      guard let parent = points[place].parent else { continue }
      points[place].parent =
        drops.contains(parent) ? nil : parent - drops.prefix { $0 < parent }.count
    }
  }

  // MARK: rsnapshot

  private mutating func startSlots(_ dialect: Dialect) {
    if case .rsnapshot(let rules) = dialect { slots = RsnapshotSlots(rules) }
  }

  private mutating func rotate(level: Int, at now: Instant) {
    guard let change = slots?.run(level: level, point: lives.count - 1) else { return }
    if let moved = change.moved {
      lives[moved].moves.append(PointLife.Move(instant: now, series: level))
      if let place = present.firstIndex(of: moved) { points[place].series = level }
    }
    guard let dropped = change.dropped, let place = present.firstIndex(of: dropped) else { return }
    end(place, .dropped, at: now, question.revision(at: now))
    remove([place])
  }
}
