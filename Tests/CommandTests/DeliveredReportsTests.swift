import Assessment
import Crypto
import Foundation
import Testing

/// The committed reports are what the scenarios give, byte for byte, and their formulas hold for what was rehearsed.
///
/// `reports/` holds what people read. The longest files, one row a drill and the JSON, are there as SHA-256 sums.
/// With `RECORD_REPORTS=1` in the environment a run replaces what is committed.
@Suite(.serialized) struct DeliveredReportsTests {
  static let scenarios =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Command.package.appending(path: "scenarios").path)) ?? []).sorted()
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }
  private static let isRecording = ProcessInfo.processInfo.environment["RECORD_REPORTS"] == "1"

  @Test func thereAreScenarios() { #expect(Self.scenarios.contains("backup-and-dr")) }

  @Test func theReportsWeighAtMostSixMegabytes() throws {
    let folder = Command.package.appending(path: "reports")
    let sizes = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey]
    ).map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
    #expect(sizes.reduce(0, +) <= 6_000_000)
  }

  @Test(arguments: scenarios)
  func aScenarioReproducesItsCommittedReports(name: String) throws {
    let scratch = try ScratchFolder()
    let run = try Command(
      "run", "scenarios/\(name).yaml", "--out", scratch.path, "--jobs", "2", in: Command.package.path)
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    let fresh = FreshReport(name: name, folder: URL(filePath: scratch.path))
    if Self.isRecording { try DeliveredReport(name: name).replace(with: fresh) }
    try DeliveredReport(name: name).expect(fresh)
    let rows = try fresh.table(".csv")
    let drills = try fresh.table("-drills.csv")
    try expectNoLossWorseThanItsEstimate(in: rows, of: name)
    expectTimesWithinEstimates(in: rows, drills, of: name)
    for table in [rows, drills] { expectNoTimeLongerThanAnyRun(in: table, of: name) }
    try expectSmallAndFaithfulBaseline(of: fresh)
  }

  /// A baseline holds what a check compares, exactly, and little else.
  private func expectSmallAndFaithfulBaseline(of fresh: FreshReport) throws {
    let report = try ReportDocument(path: fresh.folder.appending(path: "\(fresh.name).json").path)
    let strategies = Set(try fresh.table(".csv").compactMap(\.strategy)).sorted().prefix(3)
    let text = MeasuredReport(report).baseline(of: Array(strategies))
    #expect(text.utf8.count < 60_000)
    let baseline = try ReportDocument(text: text, name: "baseline")
    #expect(baseline.scenario == fresh.name && baseline.digest == report.digest)
    #expect(!baseline.measurements.isEmpty)
    for measurement in baseline.measurements {
      let value = report.value(
        of: measurement.metric, strategy: measurement.strategy, disaster: measurement.disaster)
      #expect(value == measurement.value)
    }
  }

  /// Losses that a drill proves, and the formula, check each other; a drill that did not come back proves nothing.
  private func expectNoLossWorseThanItsEstimate(in rows: [ReportRow], of name: String) throws {
    var compared = 0
    for row in rows {
      guard let worst = row.seconds("rpo_at_least_max_s"), let estimate = row.seconds("rpo_estimate_s") else {
        continue
      }
      #expect(worst <= estimate, "\(name): \(row.label)")
      compared += 1
    }
    #expect(compared > 0)
  }

  /// The estimate is the 99th percentile: of n drills some may take longer, as many as chance allows in all but one of
  /// 10,000 reports.
  private func expectTimesWithinEstimates(in rows: [ReportRow], _ drills: [ReportRow], of name: String) {
    let times = Dictionary(grouping: drills, by: \.label)
      .mapValues { $0.compactMap { $0.seconds("achieved_rto_s") } }
    for row in rows {
      guard let estimate = row.seconds("rto_estimate_s"), let achieved = times[row.label] else { continue }
      let longer = achieved.count { $0 > estimate }
      let isExplained = longer <= Self.allowance(of: achieved.count)
      #expect(isExplained, "\(name): \(row.label): \(longer) of \(achieved.count)")
    }
  }

  /// A copy without a recovery point is not as old as the calendar.
  private func expectNoTimeLongerThanAnyRun(in rows: [ReportRow], of name: String) {
    for row in rows {
      for column in row.columns where column.hasSuffix("_s") {
        #expect(row.seconds(column) ?? 0 < 366 * 86_400, "\(name): \(row.label): \(column)")
      }
    }
  }

  /// The least k that a binomial number of `count` trials with chance 1 % exceeds once in 10,000 cases, or more rarely.
  private static func allowance(of count: Int) -> Int {
    var (chance, below, k) = (1.0, 0.0, 0)
    for _ in 0..<count { chance *= 0.99 }
    while true {
      below += chance
      if 1 - below < 1e-4 || k >= count { return k }
      chance *= Double(count - k) / Double(k + 1) * 0.01 / 0.99
      k += 1
    }
  }
}

/// The files that a run has just written.
private struct FreshReport {
  let name: String
  let folder: URL

  /// The files of a report, by what follows the scenario's name.
  var suffixes: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix(name) }.map { String($0.dropFirst(name.count)) }.sorted()
    }
  }

  func data(_ suffix: String) throws -> Data { try Data(contentsOf: folder.appending(path: name + suffix)) }

  /// The rows of a CSV file.
  func table(_ suffix: String) throws -> [ReportRow] {
    var lines = String(decoding: try data(suffix), as: UTF8.self).split(separator: "\r\n").map(
      ReportRow.fields)
    let header = lines.removeFirst()
    return lines.map { ReportRow(header: header, fields: $0) }
  }
}

/// The files of a report in `reports/`, and the sums of those that are too long for it.
private struct DeliveredReport {
  let name: String
  private static let folder = Command.package.appending(path: "reports")
  private static let sums = folder.appending(path: "SHA256SUMS")
  private static let summed = ["-drills.csv", ".json"]
  /// Pages whose Markdown tells as much.
  private static let summedPages = ["churn-replay.html", "link-fault.html", "ransomware.html"]

  private func isSummed(_ suffix: String) -> Bool {
    Self.summed.contains(suffix) || Self.summedPages.contains(name + suffix)
  }

  /// The committed sums: file name by line, as `sha256sum` prints them.
  private static var sumLines: [String] {
    ((try? String(contentsOf: sums, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
  }

  private static func sumLine(_ data: Data, _ file: String) -> String {
    SHA256.hash(data: data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "  " + file
  }

  private var committed: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        .filter { file in
          DeliveredReportsTests.scenarios.filter { file.hasPrefix($0) }.max { $0.count < $1.count } == name
        }.sorted()
    }
  }

  func expect(_ fresh: FreshReport) throws {
    let suffixes = try fresh.suffixes
    let files = suffixes.filter { !isSummed($0) }.map { name + $0 }
    let isComplete = try files == committed
    #expect(isComplete, "reports/ has other files of \(name) than a run gives")
    for suffix in suffixes {
      let (data, file) = (try fresh.data(suffix), name + suffix)
      // Not `#expect(data == committed)`: a failure would print both files.
      let isSame =
        if isSummed(suffix) {
          Self.sumLines.contains(Self.sumLine(data, file))
        } else {
          data == (try? Data(contentsOf: Self.folder.appending(path: file)))
        }
      #expect(isSame, "reports/\(file) is not what the scenario gives: run it again and read the difference")
    }
  }

  func replace(with fresh: FreshReport) throws {
    for file in try committed { try FileManager.default.removeItem(at: Self.folder.appending(path: file)) }
    let old = try fresh.suffixes.filter(isSummed).map { "  " + name + $0 }
    var lines = Self.sumLines.filter { line in !old.contains { line.hasSuffix($0) } }
    for suffix in try fresh.suffixes {
      let (data, file) = (try fresh.data(suffix), name + suffix)
      if isSummed(suffix) {
        lines.append(Self.sumLine(data, file))
      } else {
        try data.write(to: Self.folder.appending(path: file))
      }
    }
    lines.sort { $0.dropFirst(66) < $1.dropFirst(66) }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: Self.sums)
  }
}

/// A row of a report's CSV, by column.
private struct ReportRow {
  private let values: [String: String]

  init(header: [String], fields: [String]) {
    values = Dictionary(zip(header, fields), uniquingKeysWith: { first, _ in first })
  }

  var strategy: String? { values["strategy"] }
  var columns: [String] { values.keys.sorted() }
  var label: String { "\(values["strategy"] ?? "") against \(values["disaster"] ?? "")" }
  func seconds(_ column: String) -> Double? { values[column].flatMap(Double.init) }

  /// The fields of a line; those in quotes may hold commas.
  static func fields(_ line: Substring) -> [String] {
    var (fields, isQuoted) = ([""], false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
