import Foundation
import Retention
import Schedules
import Testing
import Units
import Zones

/// Every dialect decides as its tool did.
@Suite struct VectorTests {
  @Test(.enabled(if: Vectors.exist("restic"), Vectors.areMissing))
  func resticKeepsTheSameSnapshotsForTheSameReasons() throws {
    let file = try Vectors.load("restic")
    let now = try Instant.iso(file.text("now")).instant
    for vector in file.objects("cases") {
      let points = try file.object("histories").objects(vector.text("history")).map { snapshot in
        let (instant, offset) = try Instant.iso(snapshot.text("time"))
        var point = ArchivedPoint(name: snapshot.text("id"), instant: instant)
        point.offset = offset
        point.tags = snapshot.texts("tags")
        return point
      }
      let dialect = Dialect.restic(try ResticForget(arguments: vector.texts("args")))
      let kept = dialect.kept(points, at: now).mapValues(dialect.names)
      let expected = vector.object("kept")
      #expect(kept.keys.sorted() == expected.keys, "\(vector.texts("args"))")
      for (id, reasons) in kept { #expect(reasons == expected.texts(id), "\(id) \(vector.texts("args"))") }
    }
  }

  @Test(.enabled(if: Vectors.exist("borg14"), Vectors.areMissing), arguments: ["borg12", "borg14"])
  func borgKeepsTheSameArchivesUnderTheSameRules(_ tool: String) throws {
    let file = try Vectors.load(tool)
    for vector in file.objects("cases") {
      let points = try file.object("histories").objects(vector.text("history")).map {
        ArchivedPoint(name: $0.text("name"), instant: try Instant.iso($0.text("time")).instant)
      }
      let dialect = Dialect.borg(try BorgPrune(words: vector.object("policy")))
      let zone = try Zone(named: vector.text("TZ"))
      let kept = dialect.kept(points, at: try Instant.iso(vector.text("now")).instant, zone: zone)
      let expected = vector.object("kept")
      #expect(kept.keys.sorted() == expected.keys)
      for (name, finding) in kept {
        let wanted = expected.list(name)
        let number = (wanted.last as? NSNumber)?.int32Value ?? -1
        let rule =
          finding.note == .checkpoint
          ? "checkpoint" : dialect.names(finding).joined() + (finding.note == .oldest ? "[oldest]" : "")
        #expect(rule == wanted.first as? String, "\(name)")
        #expect(finding.number == number, "\(name)")
      }
    }
  }

  @Test(.enabled(if: Vectors.exist("pgbackrest"), Vectors.areMissing))
  func pgBackRestKeepsTheSameBackups() throws {
    let file = try Vectors.load("pgbackrest")
    for vector in file.objects("cases") {
      let backups = file.object("histories").objects(vector.text("repo"))
      let labels = backups.map { $0.text("label") }
      let points = backups.map { backup in
        var point = ArchivedPoint(
          name: backup.text("label"), instant: Instant(second: backup.number("start")),
          end: Instant(second: backup.number("stop")))
        point.kind = ["full": .full, "diff": .differential][backup.text("type")] ?? .incremental
        point.parent = backup.optionalText("prior").flatMap(labels.firstIndex(of:))
        return point
      }
      let policy = vector.object("policy")
      var rules = PgBackRestExpire()
      rules.full = policy.optionalNumber("full")
      rules.isFullByTime = policy.text("full-type") == "time"
      rules.differential = policy.optionalNumber("diff")
      let kept = Dialect.pgBackRest(rules).kept(points, at: Instant(second: vector.number("now")))
      #expect(kept.keys.sorted() == vector.texts("kept").sorted(), "\(policy.keys) \(vector.text("repo"))")
    }
  }

  @Test(.enabled(if: Vectors.exist("barman34"), Vectors.areMissing), arguments: ["barman34", "barman320"])
  func barmanReportsTheSameStatus(_ tool: String) throws {
    let file = try Vectors.load(tool)
    let now = try Instant.iso(file.text("now")).instant
    for vector in file.objects("cases") {
      let backups = vector.objects("backups")
      let names = backups.map { $0.text("id") }
      let points = try backups.map { backup in
        var point = ArchivedPoint(
          name: backup.text("id"), instant: try Instant.iso(backup.text("end")).instant)
        point.status = ["DONE": .done, "FAILED": .failed][backup.text("status")] ?? .waitingForLog
        point.mark = ["full": .full, "standalone": .standalone][backup.text("keep")]
        point.parent = backup.optionalText("parent").flatMap(names.firstIndex(of:))
        if point.parent != nil { point.kind = .incremental }
        return point
      }
      let findings = Dialect.barman(BarmanRetention(policy: vector)).findings(on: points, at: now)
      for (point, finding) in zip(points, findings) {
        #expect(
          finding.barmanStatus(of: point) == vector.object("reported").optionalText(point.name),
          "\(point.name) \(vector.list("policy"))")
      }
    }
  }

  @Test(.enabled(if: Vectors.exist("sanoid"), Vectors.areMissing))
  func sanoidDestroysTheSameSnapshots() throws {
    let file = try Vectors.load("sanoid")
    for vector in file.objects("cases") {
      var policy = SanoidPolicy()
      for type in SanoidPolicy.SnapshotType.allCases {
        policy.counts[type.rawValue] = vector.object("policy").number("\(type)")
      }
      policy.frequentPeriod = vector.number("frequent_period")
      let points = vector.objects("snapshots").map { snapshot in
        var point = ArchivedPoint(
          name: snapshot.text("name"), instant: Instant(second: snapshot.number("ctime")))
        point.series =
          SanoidPolicy.SnapshotType.allCases.first { "\($0)" == snapshot.text("type") }?.rawValue ?? 0
        return point
      }
      let kept = Dialect.sanoid(policy).kept(points, at: Instant(second: file.number("now")))
      let destroyed = points.map(\.name).filter { kept[$0] == nil }
      #expect(destroyed.sorted() == vector.texts("destroyed").sorted())
    }
  }

  @Test(.enabled(if: Vectors.exist("btrbk"), Vectors.areMissing))
  func btrbkPreservesTheSameSnapshotsByTheSameRules() throws {
    let file = try Vectors.load("btrbk")
    let points = try file.texts("snapshots").map { name in
      let digits = name.dropFirst(3).filter(\.isNumber)
      let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12].map { range in
        String(Array(digits)[range])
      }
      return ArchivedPoint(
        name: name,
        instant: try Instant(parsing: "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):00Z"))
    }
    for vector in file.objects("cases") {
      var policy = try BtrbkPolicy(preserve: vector.text("preserve"), minimum: vector.text("preserve_min"))
      policy.weekStart = Weekday.allCases.first { "\($0)" == vector.text("day_of_week") } ?? .sunday
      policy.dayStart = vector.number("hour_of_day")
      let dialect = Dialect.btrbk(policy)
      let kept = dialect.kept(points, at: try Instant.iso(vector.text("now")).instant)
      let expected = vector.object("kept")
      #expect(kept.keys.sorted() == expected.keys, "\(vector.text("preserve"))")
      for (name, finding) in kept {
        // btrbk prints the last rule that preserves.
        let last = dialect.names(finding).last ?? ""
        #expect(expected.text(name).contains(last + ":"), "\(name): \(last), \(expected.text(name))")
      }
    }
  }

  @Test(.enabled(if: Vectors.exist("snapper"), Vectors.areMissing))
  func snapperKeepsTheSameSnapshots() throws {
    let file = try Vectors.load("snapper")
    for vector in file.objects("cases") {
      var policy = SnapperTimeline()
      policy.ageMinimum = .seconds(Int64(file.number("min_age")))
      for period in SnapperTimeline.Period.allCases {
        policy.limits[period.rawValue] = vector.object("limits").number("\(period)")
      }
      let points = try vector.texts("times").map {
        ArchivedPoint(name: $0, instant: try Instant.iso($0).instant)
      }
      let kept = Dialect.snapper(policy).kept(points, at: try Instant.iso(vector.text("now")).instant)
      #expect(kept.keys.sorted() == vector.texts("kept").sorted())
    }
  }

  @Test(.enabled(if: Vectors.exist("rsnapshot"), Vectors.areMissing))
  func rsnapshotMovesTheSamePointsToTheSameSlots() throws {
    let file = try Vectors.load("rsnapshot")
    let levels = file.list("retain").compactMap { $0 as? [Any] }.map { pair in
      RsnapshotLevels.Level(name: pair[0] as? String ?? "", count: (pair[1] as? NSNumber)?.intValue ?? 0)
    }
    for vector in file.objects("cases") {
      var slots = RsnapshotSlots(RsnapshotLevels(levels))
      func place(_ name: String) -> (Int, Int)? {
        let halves = name.split(separator: ".")
        guard let level = levels.firstIndex(where: { $0.name == halves[0] }), let slot = Int(halves[1]) else {
          return nil
        }
        return (level, slot)
      }
      for name in vector.object("before").keys {
        if let (level, slot) = place(name) { slots[level, slot] = vector.object("before").number(name) }
      }
      let level = try #require(levels.firstIndex { $0.name == vector.text("run") })
      _ = slots.run(level: level, point: vector.number("point"))
      var after: [String: Int] = [:]
      for (place, level) in levels.enumerated() {
        for slot in 0..<level.count { after["\(level.name).\(slot)"] = slots[place, slot] }
      }
      let expected = vector.object("after")
      #expect(after.keys.sorted() == expected.keys)
      for (name, point) in after { #expect(point == expected.number(name), "\(name)") }
    }
  }
}

extension ResticForget {
  /// The options of the command line.
  fileprivate init(arguments: [String]) throws {
    self.init()
    for (option, value) in zip(arguments, arguments.dropFirst()) where option.hasPrefix("--keep-") {
      let words = option.dropFirst(7).split(separator: "-")
      if words == ["tag"] {
        tags.append(value.split(separator: ",").map(String.init))
      } else if words == ["within"] {
        within = try Interval(parsing: value)
      } else if let period = Period.allCases.first(where: { "\($0)" == words.last.map(String.init) }) {
        if words.count == 2 {
          withinPeriods[period.rawValue] = try Interval(parsing: value)
        } else {
          counts[period.rawValue] = Int(value) ?? 0
        }
      }
    }
  }
}

extension BorgPrune {
  fileprivate init(words: Vectors.Object) throws {
    self.init()
    for word in words.keys where word != "within" {
      let names = ["13weekly": "quarterly_13weekly", "3monthly": "quarterly_3monthly"]
      let rule = try #require(Rule.allCases.first { $0.word == names[word] ?? word })
      counts[rule.rawValue] = words.number(word)
    }
    within = try words.optionalText("within").map(BorgPrune.interval)
  }
}

extension BarmanRetention {
  fileprivate init(policy vector: Vectors.Object) {
    let policy = vector.list("policy")
    let count = (policy[1] as? NSNumber)?.intValue ?? 0
    let unit = ["DAYS": 1, "WEEKS": 7, "MONTHS": 31]
    self.init(
      policy[0] as? String == "REDUNDANCY"
        ? .redundancy(count) : .recoveryWindow(days: count * (unit[policy[2] as? String ?? ""] ?? 1)),
      redundancyMinimum: vector.number("minimum_redundancy"))
  }
}

extension Finding {
  /// As `list-backups` prints the retention status; `nil` for a failed backup.
  fileprivate func barmanStatus(of point: ArchivedPoint) -> String? {
    if point.status == .failed { return nil }
    if note == .minimumRedundancy { return "OBSOLETE*" }
    if rules & 2 != 0 { return "KEEP:FULL" }
    if rules & 4 != 0 { return "KEEP:STANDALONE" }
    return isKept ? "-" : "OBSOLETE"
  }
}
