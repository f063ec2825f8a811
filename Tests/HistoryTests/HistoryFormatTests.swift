import Foundation
import History
import Schedules
import Testing
import Units
import Zones

/// Lists as tools printed them, and the runs that they mean.
@Suite struct HistoryFormatTests {
  private static let folder = ["../shared/data/imports"].first {
    FileManager.default.fileExists(atPath: $0)
  }
  private static let isMissing: Comment = "the samples are not here"

  private func sample(_ name: String, zone: String? = nil) throws -> BackupList {
    let path = "\(try #require(Self.folder))/\(name)"
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    return try HistoryReader.read(bytes, zone: try zone.map { try Zone(named: $0) })
  }

  private func read(_ text: String, zone: Zone? = nil) throws -> BackupList {
    try HistoryReader.read(Array(text.utf8), zone: zone)
  }

  @Test(.enabled(if: folder != nil, isMissing)) func resticSnapshotsStartAtTheirTime() throws {
    let runs = try sample("restic-snapshots.json").runs
    #expect(
      runs.map(\.start.description) == ["2026-11-29T11:30:44.900160075Z", "2026-11-29T11:30:49.545977667Z"])
    #expect(runs[0].source == "host1:/srv/bk/src")
    #expect(runs.allSatisfy { $0.end == nil })
  }

  @Test(.enabled(if: folder != nil, isMissing)) func aLogOfResticCompletesItsSnapshot() throws {
    let lists = [try sample("restic-snapshots.json"), try sample("restic-backup-summary.json")]
    let end = try Instant(parsing: "2026-11-29T12:00:00Z")
    let run = BackupHistory.examine(lists, from: nil, until: end, timetable: nil)[0].runs[0]
    #expect(run.added == 20_810_010)
    #expect(run.size == 45_000_003)
    #expect(run.duration == .nanoseconds(690_333_296))
  }

  @Test(.enabled(if: folder != nil, isMissing)) func borgsTimesNeedAZone() throws {
    let error = #expect(throws: HistoryProblem.self) { try sample("borg-list.json") }
    #expect(error?.hint.contains("--zone") == true)
    let runs = try sample("borg-list.json", zone: "UTC").runs
    #expect(runs.map(\.name) == ["one", "two", "three"])
    #expect(runs[2].start.description == "2026-11-29T11:32:23Z")
    let made = try sample("borg-create-one.json", zone: "America/New_York").runs[0]
    #expect(made.start.description == "2026-11-29T11:30:56Z")
    #expect(made.added == 20_020_111)
    #expect(made.duration == .nanoseconds(196_451_000))
  }

  @Test(.enabled(if: folder != nil, isMissing)) func pgBackRestCountsWhatEachBackupStored() throws {
    let runs = try sample("pgbackrest-info.json").runs
    #expect(runs.map(\.added) == [8_261_275, 4_340_720, 4_264_831, 428])
    #expect(runs[0].start == Instant(second: 1_795_951_908) && runs[0].end == Instant(second: 1_795_951_922))
  }

  /// `backup_id` is New York time, `end_time` UTC.
  @Test(.enabled(if: folder != nil, isMissing)) func barmansIdentifierIsTheClockOfItsHost() throws {
    let run = try sample("barman-list-backups.json", zone: "America/New_York").runs[1]
    #expect(run.start.description == "2026-11-29T11:33:26Z")
    #expect(run.end?.description == "2026-11-29T11:33:35Z")
    #expect(throws: HistoryProblem.self) { try sample("barman-list-backups.json") }
    let shown = try sample("barman-show-backup.json").runs[0]
    #expect(shown.start == Instant(second: 1_795_952_006) && shown.end == Instant(second: 1_795_952_015))
  }

  @Test func aBackupThatBuildsOnAFailedOneIsNotUsable() throws {
    let list = try read(
      """
      [{"name":"main","backup":[
      {"label":"F","error":true,"prior":null,"reference":null,"timestamp":{"start":100,"stop":200},"type":"full"},
      {"label":"I","error":false,"prior":"F","reference":["F"],"timestamp":{"start":300,"stop":400},"type":"incr"}]}]
      """)
    #expect(list.runs.map(\.isUsable) == [false, false])
  }

  @Test func velerosFailedAndPartialBackupsDoNotCount() throws {
    let list = try read(
      """
      {"kind":"BackupList","items":[
      {"metadata":{"name":"a","labels":{"velero.io/schedule-name":"daily"}},"status":{"phase":"Completed",
      "startTimestamp":"2026-11-28T01:00:00Z","completionTimestamp":"2026-11-28T01:10:00Z"}},
      {"metadata":{"name":"b","creationTimestamp":"2026-11-29T01:00:00Z"},"status":{"phase":"PartiallyFailed"}}]}
      """)
    #expect(list.runs.map(\.isUsable) == [true, false])
    #expect(list.runs[0].source == "daily")
    #expect(list.runs[0].duration == .minutes(10))
  }

  /// A run that has not ended protects nothing yet, and gives no alarm.
  @Test func aRunThatHasNotEndedIsNeitherUsableNorFailed() throws {
    let text = """
      {"kind":"BackupList","items":[
      {"metadata":{"name":"a"},"status":{"phase":"Completed","startTimestamp":"2026-11-28T01:00:00Z","completionTimestamp":"2026-11-28T01:10:00Z"}},
      {"metadata":{"name":"b"},"status":{"phase":"InProgress","startTimestamp":"2026-11-29T01:00:00Z"}}]}
      """
    let lists = [try read(text)]
    let end = try Instant(parsing: "2026-11-29T02:00:00Z")
    let history = BackupHistory.examine(lists, from: nil, until: end, timetable: nil)[0]
    #expect(history.failed.isEmpty && history.running.map(\.name) == ["b"])
    #expect(history.worst?.rpo == .hours(25))
    // A later list says that the run ended well.
    let later = [try read(text.replacing("InProgress", with: "Completed"))]
    for order in [lists + later, later + lists] {
      let merged = BackupHistory.examine(order, from: nil, until: end, timetable: nil)[0]
      #expect(merged.runs.count == 2 && merged.running.isEmpty && merged.failed.isEmpty)
    }
  }

  @Test func snapshotsOfZFSAreReadWithSecondsAndWithDates() throws {
    let exact = try read("tank/db@autosnap_1\t1795948800\ntank/db@autosnap_2\t1795952400\n")
    #expect(exact.runs.map(\.start) == [Instant(second: 1_795_948_800), Instant(second: 1_795_952_400)])
    #expect(exact.runs[0].source == "tank/db" && exact.runs[0].end == exact.runs[0].start)
    let dated = "NAME  CREATION\ntank/db@a  Sun Nov 29  8:34 2026\n"
    #expect(throws: HistoryProblem.self) { try read(dated) }
    #expect(try read(dated, zone: .utc).runs[0].start.description == "2026-11-29T08:34:00Z")
  }

  /// A list of everything names file systems, and columns may follow the time.
  @Test func listsOfZFSMayHaveFileSystemsFurtherColumnsAndJSON() throws {
    let all = try read("tank\t1795000000\ntank/a@x\t1795946401\t12345\ntank/a@y\t1795950001\t0\n")
    #expect(all.runs.map(\.name) == ["x", "y"] && all.runs[0].start == Instant(second: 1_795_946_401))
    let json = try read(
      """
      {"output_version": {"command": "zfs list"}, "datasets": {"tank": {"properties": {}}, "tank/a@x":
       {"type": "SNAPSHOT", "properties": {"creation": {"value": "1795946401"}}}}}
      """)
    #expect(json.tool == "ZFS" && json.runs == [all.runs[0]])
  }

  /// borgmatic lists the archives of each of its repositories.
  @Test func listsOfBorgmaticAreOneHistoryForEachRepository() throws {
    let list = try read(
      """
      [{"archives": [{"name": "a", "start": "2026-11-29T01:00:00.000000"}], "repository": {"location": "ssh://x/y"}},
       {"archives": [{"name": "b", "start": "2026-11-30T01:00:00.000000"}], "repository": {"location": "/mnt/b"}}]
      """, zone: .utc)
    #expect(list.tool == "borg" && list.runs.map(\.source) == ["ssh://x/y", "/mnt/b"])
  }

  @Test func aServerWithoutBackupsHidesNotThoseOfOthers() throws {
    let list = try read(
      """
      {"empty": [], "main": [{"backup_id": "20261129T010203", "end_time_timestamp": "1795914600", "status": "DONE"}]}
      """, zone: .utc)
    #expect(list.tool == "barman" && list.runs.map(\.source) == ["main"])
  }

  @Test func thePlainListOfBarmanGivesStartsAndStates() throws {
    let text = """
      main 20261130T010203 - F - Mon Nov 30 06:10:00 2026 - Size: 104.3 MiB - WAL Size: 0 B - WAITING_FOR_WALS
      main 20261129T010203 - 'weekly' - F - Sun Nov 29 06:10:00 2026 - Size: 104.3 MiB - WAL Size: 2.7 MiB
      pg-main 20261128T010203 - FAILED

      """
    let runs = try read(text, zone: try Zone(named: "America/New_York")).runs
    #expect(
      runs.map(\.start.description) == [
        "2026-11-30T06:02:03Z", "2026-11-29T06:02:03Z", "2026-11-28T06:02:03Z",
      ])
    #expect(runs.map(\.isUsable) == [false, true, false] && runs[2].isFailed && !runs[0].isFailed)
    // The end has no zone, and the database's is another than barman's.
    #expect(runs.allSatisfy { $0.end == nil })
    #expect(throws: HistoryProblem.self) { try read(text) }
  }

  @Test func thePlainListOfBorgNeedsAZone() throws {
    let text = "my one                               Sun, 2026-11-29 11:34:02 [35a2e4]\n"
    #expect(throws: HistoryProblem.self) { try read(text) }
    let runs = try read(text, zone: try Zone(named: "Europe/Berlin")).runs
    #expect(runs.map(\.name) == ["my one"] && runs[0].start.description == "2026-11-29T10:34:02Z")
  }

  @Test func oneBackupOfCBRIsAList() throws {
    let list = try read(
      """
      {"backup": {"name": "b", "status": "available", "created_at": "2026-11-29T06:30:44", "resource_id": "r", "resource_size": 40}}
      """)
    #expect(list.tool == "CBR" && list.runs[0].size == 40 << 30)
  }

  @Test func snappersThreeFormsMeanTheSame() throws {
    let forms = [
      """
      {"root":[{"number":0,"date":""},{"number":7,"date":"2026-11-29 11:00:00","cleanup":"timeline"}]}
      """,
      """
       # | Type   | Pre # | Date                | User | Cleanup  | Description | Userdata
      ---+--------+-------+---------------------+------+----------+-------------+---------
      0  | single |       |                     | root |          | current     |
      7  | single |       | 2026-11-29 11:00:00 | root | timeline | timeline    |
      """,
      "config,subvolume,number,default,active,type,pre-number,date\nroot,/,7,no,no,single,,2026-11-29 11:00:00\n",
    ]
    for form in forms {
      let runs = try read(form, zone: .utc).runs
      #expect(runs.map(\.name) == ["7"])
      #expect(runs.map(\.start.description) == ["2026-11-29T11:00:00Z"])
    }
  }

  @Test func cbrCountsAvailableBackupsOnly() throws {
    let list = try read(
      """
      {"backups":[{"id":"1","name":"auto-1","status":"available","created_at":"2026-11-29T01:00:00.123456",
      "resource_name":"db","resource_size":40},{"id":"2","name":"auto-2","status":"error",
      "created_at":"2026-11-29T02:00:00.123456","resource_name":"db","resource_size":40}]}
      """)
    #expect(list.runs.map(\.isUsable) == [true, false])
    #expect(list.runs[0].size == 40 << 30)
  }

  @Test func pointsOfAVaultAreRead() throws {
    let list = try read(
      """
      {"damaged":[],"points":[{"id":"0123","short":"01","instant":"2026-11-29T01:00:00Z","source":"/srv","lengthBytes":9,
      "readBytes":8,"newBytes":7,"storedBytes":6,"kind":"tree"}]}
      """)
    #expect(list.runs[0].source == "/srv" && list.runs[0].added == 6)
  }

  @Test(arguments: [
    ("", "nothing"), ("[", "ends in the middle"), ("{\"a\": 1}", "not a list"), ("[]", "no backups"),
    ("hello", "not a list"), ("[{\"tree\":\"x\",\"time\":\"2026-13-01T00:00:00Z\"}]", "not a time"),
    ("[{\"tree\":\"x\"}]", "no time"),
    ("[{\"tree\":\"x\",\"time\":\"2026-11-29T00:00:00", "ends in the middle"),
  ])
  func whatIsNoListIsRefusedWithItsPlace(_ text: String, _ reason: String) {
    let error = #expect(throws: HistoryProblem.self) { try read(text) }
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(error?.hint.isEmpty == false)
    #expect((error?.offset ?? 0) <= text.utf8.count)
  }
}
