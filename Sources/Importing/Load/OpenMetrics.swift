import Documents

/// Consecutive dumps of node_exporter's disk counters, in the text format of Prometheus or OpenMetrics.
enum OpenMetrics {
  private static let written = "node_disk_written_bytes_total"
  private static let read = "node_disk_read_bytes_total"

  static func recognises(_ text: InputText) -> Bool {
    text.lines.prefix(50_000).contains {
      $0.text.hasPrefix(written) || $0.text.hasPrefix("node_disk_bytes_written")
    }
  }

  /// A line of a dump.
  private struct Sample {
    let line: Int
    let name: String
    let labels: String
    let value: Double
    /// The seconds since 1970; `nil` where the line has no time.
    let time: Double?

    var device: String? { label("device").map { (label("instance").map { "\($0)/" } ?? "") + $0 } }

    func label(_ name: String) -> String? {
      guard
        let start = ["{\(name)=\"", ",\(name)=\""].lazy.compactMap({ labels.ranges(of: $0).first }).first?
          .upperBound
      else { return nil }
      return String(labels[start...].prefix { $0 != "\"" })
    }
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    let dumps = try dumps(in: text)
    var builder = LoadBuilder()
    var findings = Findings()
    var devices: [String] = []
    for sample in dumps.joined() where sample.name == written {
      if let device = sample.device, !devices.contains(device) { devices.append(device) }
    }
    for device in devices { try add(device, dumps, text, to: &builder, &findings) }
    findings.append(builder.findings())
    return findings
  }

  private static func add(
    _ device: String, _ dumps: [[Sample]], _ text: InputText, to builder: inout LoadBuilder,
    _ findings: inout Findings
  ) throws(InputError) {
    var last: (time: Double, written: Double, read: Double)?
    for dump in dumps {
      guard let sample = dump.first(where: { $0.name == written && $0.device == device }) else { continue }
      let instance = sample.label("instance")
      func gauge(_ name: String) -> Double? {
        dump.first { $0.name == name && $0.label("instance") == instance }?.value
      }
      guard let time = sample.time ?? gauge("node_time_seconds") else {
        throw text.failure(
          line: sample.line, "nothing says when this counter was read",
          hint: "keep 'node_time_seconds' in the dump, or append the time in seconds to each line")
      }
      let read = dump.first { $0.name == self.read && $0.device == device }?.value ?? 0
      let boot = gauge("node_boot_time_seconds")
      let origin = text.origin(line: sample.line, "\(written){device=\"\(device)\"}")
      if let last {
        // A counter that fell was reset: it counts from the restart.
        let wasReset = sample.value < last.written
        builder.add(
          device, seconds: time - last.time, read: wasReset ? read : max(0, read - last.read),
          written: wasReset ? sample.value : sample.value - last.written, origin)
        if wasReset { findings.note("the counter was reset before this dump", origin) }
      } else if dumps.count == 1 {
        guard let boot, time > boot else {
          throw text.failure(
            line: sample.line, "one dump of a counter does not say since when it counts",
            hint: "append a second dump to the file, or keep 'node_boot_time_seconds' in it")
        }
        builder.add(device, seconds: time - boot, read: read, written: sample.value, origin)
        findings.note("one dump gives the average since boot only: its peaks are unknown", origin)
      }
      last = (time, sample.value, read)
    }
  }

  /// Returns the samples of each dump. A dump ends with '# EOF', or where a series is repeated.
  private static func dumps(in text: InputText) throws(InputError) -> [[Sample]] {
    var dumps: [[Sample]] = [[]]
    var seen: Set<String> = []
    for (number, line) in text.lines {
      if line.hasPrefix("# EOF") {
        if dumps[dumps.count - 1].isEmpty == false { dumps.append([]) }
        seen = []
        continue
      }
      guard !line.hasPrefix("#"), line.hasPrefix("node_") else { continue }
      guard let sample = sample(line, number) else { continue }
      guard [written, read, "node_time_seconds", "node_boot_time_seconds"].contains(sample.name) else {
        continue
      }
      if !seen.insert(sample.name + sample.labels).inserted {
        dumps.append([])
        seen = [sample.name + sample.labels]
      }
      dumps[dumps.count - 1].append(sample)
    }
    return dumps.filter { !$0.isEmpty }
  }

  private static func sample(_ line: String, _ number: Int) -> Sample? {
    let nameEnd = line.firstIndex { $0 == "{" || $0 == " " } ?? line.endIndex
    var rest = line[nameEnd...]
    var labels = ""
    if rest.first == "{", let end = rest.lastIndex(of: "}") {
      labels = String(rest[...end])
      rest = rest[line.index(after: end)...]
    }
    let words = String(rest).words
    guard let value = words.first.flatMap({ Double($0) }) else { return nil }
    // Prometheus' own format counts milliseconds, OpenMetrics seconds.
    let time = words.count > 1 ? Double(words[1]).map { $0 > 1e11 ? $0 / 1_000 : $0 } : nil
    let name = line[..<nameEnd].replacing("node_disk_bytes_written", with: written)
      .replacing("node_disk_bytes_read", with: read)
    return Sample(line: number, name: String(name), labels: labels, value: value, time: time)
  }
}
