import Documents

/// The text output of `iostat`, with a table for each interval.
enum IostatText {
  static func recognises(_ text: InputText) -> Bool {
    text.lines.prefix(60).contains { isHeader($0.text.words) }
  }

  private static func isHeader(_ words: [String]) -> Bool {
    words.contains { $0 == "Device" || $0 == "Device:" }
      && words.contains { $0.contains("_wrtn") || $0 == "wkB/s" || $0 == "wMB/s" || $0 == "wsec/s" }
  }

  /// A table: its place, the time of day in seconds, and its rows.
  private struct Report {
    let line: Int
    let time: Int?
    var rows: [(line: Int, device: String, values: [String: Double])] = []

    var interval: Double? {
      rows.lazy.compactMap { row in SysstatValues { row.values[$0] }.interval }.first
    }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var reports = reports(in: text)
    var findings = Findings()
    let first = reports.first
    if let first, isSinceBoot(reports) {
      findings.note(
        "the first report of iostat is the average since boot and is left out; '-y' omits it",
        text.origin(line: first.line))
      reports.removeFirst()
    }
    var builder = LoadBuilder()
    var last = first?.time
    for report in reports {
      let clock = zip(last, report.time).map { Double((($0.1 - $0.0) % 86_400 + 86_400) % 86_400) }
      last = report.time
      guard let seconds = report.interval ?? clock.flatMap({ $0 > 0 ? $0 : nil }) else {
        if report.rows.allSatisfy({ row in SysstatValues { row.values[$0] }.isIdle }) { continue }
        throw text.failure(
          line: report.line, "this report does not say its interval",
          hint: "call iostat without '-x', or with '-t': 'iostat -d -t -y 60 60'")
      }
      for row in report.rows {
        let values = SysstatValues { row.values[$0] }
        builder.add(
          row.device, seconds: seconds, read: values.read(over: seconds),
          written: values.written(over: seconds),
          text.origin(line: row.line, row.device))
      }
    }
    findings.append(builder.findings())
    if reports.count == 1, findings.loads.first.map({ $0.length >= .hours(1) }) == true {
      findings.note(LoadBuilder.averageOnly, text.origin(line: reports[0].line))
    }
    guard !findings.loads.isEmpty else {
      throw text.failure(
        line: 1, "this file holds no disks", hint: "call 'iostat -d -t -y 60 60', or with '-o JSON'")
    }
    return findings
  }

  /// Whether the first report covers far more time than the next one. An extended report cannot be recognised
  /// and is left out.
  private static func isSinceBoot(_ reports: [Report]) -> Bool {
    guard reports.count > 1 else { return false }
    guard let first = reports[0].interval else {
      return !reports[0].rows.allSatisfy { row in SysstatValues { row.values[$0] }.isIdle }
    }
    return reports.dropFirst().compactMap(\.interval).contains { first > $0 * 3 + 2 }
  }

  private static func reports(in text: InputText) -> [Report] {
    var reports: [Report] = []
    var columns: [String]?
    var time: Int?
    for (number, line) in text.lines {
      let words = line.words
      if words.isEmpty {
        columns = nil
      } else if isHeader(words) {
        columns = words.map { $0 == "Device:" ? "Device" : $0 }
        reports.append(Report(line: number, time: time))
      } else if let columns, words.count == columns.count, let place = columns.firstIndex(of: "Device") {
        var values: [String: Double] = [:]
        for (name, word) in zip(columns, words) where name != "Device" {
          values[name] = amount(word, unit: name)
        }
        reports[reports.count - 1].rows.append((number, words[place], values))
      } else if let clock = clock(words) {
        time = clock
      }
    }
    return reports
  }

  /// Parses a number with a point or comma, and with an optional unit ('-h') in the column's unit.
  private static func amount(_ word: String, unit: String) -> Double? {
    let plain = word.replacing(",", with: ".")
    if let number = Double(plain) { return number }
    let factors: [(Character, Double)] = [("k", 1), ("M", 1_024), ("G", 1_048_576), ("T", 1_073_741_824)]
    guard let suffix = plain.last, let factor = factors.first(where: { $0.0 == suffix })?.1,
      let number = Double(plain.dropLast())
    else { return nil }
    return number * factor / (unit.contains("MB") ? 1_024 : 1)
  }

  /// Parses the seconds of the day from a line such as `11/29/26 12:19:40` or `2026-11-29T12:19:40+0000`.
  static func clock(_ words: [String]) -> Int? {
    for word in words.flatMap({ $0.split(separator: "T").map(String.init) }) {
      let parts = word.split { $0 == ":" }.map { $0.prefix { $0.isNumber } }
      guard parts.count >= 3, let hour = Int(parts[0]), let minute = Int(parts[1]), let second = Int(parts[2])
      else { continue }
      let isAfternoon = words.last == "PM" && hour < 12
      let isMidnight = words.last == "AM" && hour == 12
      return (hour + (isAfternoon ? 12 : isMidnight ? -12 : 0)) * 3_600 + minute * 60 + second
    }
    return nil
  }
}

/// Returns both values, if both exist.
func zip<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
  guard let a, let b else { return nil }
  return (a, b)
}
