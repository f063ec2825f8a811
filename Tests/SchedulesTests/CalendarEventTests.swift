import Foundation
import Schedules
import Testing
import Units
import Zones

@Suite struct CalendarEventTests {
  private func slots(_ text: String, _ count: Int, from start: String = "2026-01-24T22:00:00Z") throws
    -> [String]
  {
    let event = try CalendarEvent(parsing: text)
    let zone = try event.zoneName.map { try Zone(named: $0) } ?? .utc
    return try BackupSchedule(Timetable(.calendar(event), in: zone), from: Instant(parsing: start)).slots
      .prefix(count).map { String("\($0)".dropLast(4)) }
  }

  @Test func daysAreCountedFromTheEndOfAMonth() throws {
    #expect(try slots("*-02~03 05:00", 2) == ["2026-02-26T05:00", "2027-02-26T05:00"])
    #expect(try slots("Mon *-05~07/1", 2) == ["2026-05-25T00:00", "2027-05-31T00:00"])
  }

  @Test func aZoneAtTheEndIsRead() throws {
    #expect(
      try slots("Mon..Wed 02:30 Europe/Lisbon", 3, from: "2026-03-26T00:00:00Z") == [
        "2026-03-30T01:30", "2026-03-31T01:30", "2026-04-01T01:30",
      ])
  }

  @Test(arguments: ["02:75", "Mon..Fun", "*-13-01", "1-2-3-4", "*-02-30", "hourli", ""])
  func whatSystemdRefusesIsRefused(_ text: String) {
    #expect(throws: QuantityError.self) { try CalendarEvent(parsing: text) }
  }

  /// Runs systemd itself on the same expressions.
  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"), "systemd is not installed"
    ),
    arguments: [
      "hourly", "weekly", "*:0/20", "Mon..Fri *-*-* 02:30", "*-*-01,15 04:00", "Sat *-*-1..7 18:00",
      "*-*~01 23:30:30",
      "quarterly", "2026..2027-*-10 01:15", "Sun,Wed 00/8:10", "*-10-25 00..3:30",
    ])
  func everySlotIsTheOneThatSystemdNames(_ text: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/systemd-analyze")
    process.arguments = [
      "calendar", "--base-time=2026-10-23 00:00:00 UTC", "--iterations=60", text + " Europe/Berlin",
    ]
    process.environment = ["TZ": "UTC", "LC_ALL": "C"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let expected = output.split(separator: "\n").filter { $0.contains("Next elapse") || $0.contains("Iter.") }
      .compactMap { $0.split(separator: " ").dropLast().suffix(2).joined(separator: "T") }
    let found = try slots(text + " Europe/Berlin", 60, from: "2026-10-23T00:00:01Z")
    #expect(expected.count > 10 || text.contains("10-25"))
    #expect(found.prefix(expected.count).map { $0 } == expected.map { String($0.dropLast(3)) })
  }
}
