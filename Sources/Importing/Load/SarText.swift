import Documents

/// The text output of `sar -d`. Each line has the end of its interval before the device.
enum SarText {
  static func recognises(_ text: InputText) -> Bool {
    text.lines.prefix(60).contains { isHeader($0.text.words) }
  }

  /// Whether these are the names of columns, behind a time of day.
  private static func isHeader(_ words: [String]) -> Bool {
    guard let device = words.firstIndex(of: "DEV"), (1...2).contains(device), words[0].contains(":") else {
      return false
    }
    return words.contains { ["wkB/s", "wMB/s", "wr_sec/s", "wsec/s"].contains($0) }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    var builder = LoadBuilder()
    var columns: [String]?
    // The time of the heading is the end of the report before it.
    var (start, end): (Int?, Int?) = (nil, nil)
    for (number, line) in text.lines {
      let words = line.words
      if isHeader(words) {
        columns = words
        (start, end) = (IostatText.clock(words.timeWords), nil)
        continue
      }
      guard let columns, words.count == columns.count, words[0].contains(":"), !words[0].hasPrefix("Average")
      else { continue }
      guard let time = IostatText.clock(words.timeWords) else { continue }
      if time != end { (start, end) = (end ?? start, time) }
      guard let start, time != start, let place = columns.firstIndex(of: "DEV") else { continue }
      let seconds = Double((time - start + 86_400) % 86_400)
      let values = SysstatValues { name in
        columns.firstIndex(of: name).flatMap { Double(words[$0].replacing(",", with: ".")) }
      }
      builder.add(
        words[place], seconds: seconds, read: values.read(over: seconds),
        written: values.written(over: seconds),
        text.origin(line: number, words[place]))
    }
    let findings = builder.findings()
    guard !findings.loads.isEmpty else {
      throw text.failure(
        line: 1, "this file holds no disks", hint: "call 'sar -d -p 60 60', or 'sar -d -p -f FILE'")
    }
    return findings
  }
}

extension [String] {
  /// The words of a time of day at the beginning, such as `12:10:01 AM`.
  fileprivate var timeWords: [String] {
    count > 1 && ["AM", "PM"].contains(self[1]) ? Array(prefix(2)) : Array(prefix(1))
  }
}
