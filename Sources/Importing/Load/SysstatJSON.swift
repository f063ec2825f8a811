import Documents

/// The output of `iostat -o JSON` and `sadf -j`. Both have disks in `sysstat.hosts[].statistics[]`.
enum SysstatJSON {
  static func recognises(_ document: Datum) -> Bool { document["sysstat", "hosts"] != nil }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var builder = LoadBuilder()
    var findings = Findings()
    let hosts = document["sysstat", "hosts"]?.items ?? []
    for host in hosts {
      let prefix = hosts.count > 1 ? "\(host["nodename"]?.text ?? "host")/" : ""
      let reports = (host["statistics"]?.items ?? []).filter { $0["disk"] != nil }
      let isIostat = reports.contains { $0["disk"]?.items.contains { $0["disk_device"] != nil } ?? false }
      var pending = reports[...]
      if isIostat, let first = reports.first, isSinceBoot(reports) {
        findings.note(
          "the first report of iostat is the average since boot and is left out; '-y' omits it",
          first.origin("statistics"))
        pending = pending.dropFirst()
      }
      var last = reports.count > pending.count ? clock(reports[0]) : nil
      for report in pending {
        let time = clock(report)
        let passed = zip(last, time).map { Double((($0.1 - $0.0) % 86_400 + 86_400) % 86_400) }
        last = time
        for disk in report["disk"]?.items ?? [] {
          try add(disk, of: report, passed: passed, prefix, &builder)
        }
      }
      if isIostat, reports.count == 1, builder.findings().loads.first.map({ $0.length >= .hours(1) }) == true
      {
        findings.note(LoadBuilder.averageOnly, reports[0].origin("statistics"))
      }
    }
    findings.append(builder.findings())
    guard !findings.loads.isEmpty else {
      throw document.tape.text.failure(
        offset: document.offset, "this file holds no disks",
        hint: "call 'iostat -d -y -o JSON 60 60', or 'sadf -j FILE -- -d'")
    }
    return findings
  }

  /// Returns the seconds of the day at which iostat made a report, if '-t' was given.
  private static func clock(_ report: Datum) -> Int? {
    report["timestamp"]?.text.flatMap { IostatText.clock($0.words) }
  }

  private static func add(
    _ disk: Datum, of report: Datum, passed: Double?, _ prefix: String, _ builder: inout LoadBuilder
  ) throws(InputError) {
    guard let device = (disk["disk_device"] ?? disk["disk-device"])?.text else { return }
    let values = SysstatValues { disk[$0]?.number }
    let passed = passed.flatMap { $0 > 0 ? $0 : nil }
    guard let seconds = report["timestamp", "interval"]?.number ?? values.interval ?? passed else {
      guard values.isIdle else {
        throw disk.tape.text.failure(
          offset: disk.offset, "the report of '\(device)' does not say its interval",
          hint: "call iostat without '-x', or with '-t': 'iostat -d -t -y -o JSON 60 60'")
      }
      // Nothing was read or written: the other disks of the report say how long it took.
      let others = (report["disk"]?.items ?? []).compactMap { other in
        SysstatValues { other[$0]?.number }.interval
      }
      builder.add(prefix + device, seconds: others.first ?? 0, read: 0, written: 0, disk.origin(device))
      return
    }
    builder.add(
      prefix + device, seconds: seconds, read: values.read(over: seconds),
      written: values.written(over: seconds),
      disk.origin(device))
  }

  /// Whether the first report covers far more time than the second. A report of rates alone cannot be recognised
  /// and is left out.
  private static func isSinceBoot(_ reports: [Datum]) -> Bool {
    func interval(_ report: Datum) -> Double? {
      (report["disk"]?.items ?? []).lazy.compactMap { disk in SysstatValues { disk[$0]?.number }.interval }
        .first
    }
    guard reports.count > 1 else { return false }
    guard let first = interval(reports[0]) else {
      return reports[0]["disk"]?.items.allSatisfy { disk in SysstatValues { disk[$0]?.number }.isIdle }
        == false
    }
    return reports.dropFirst().compactMap(interval).contains { first > $0 * 3 + 2 }
  }
}

/// The values that sysstat prints for a device, by its names for them.
struct SysstatValues {
  /// Returns the value under a name.
  let value: (String) -> Double?

  /// Returns the names of totals and of rates per second, with their unit in bytes.
  private static func names(_ word: String) -> (totals: [(String, Double)], rates: [(String, Double)]) {
    let letter = word == "wrtn" ? "w" : "r"
    let short = word == "wrtn" ? "wr" : "rd"
    return (
      [("kB_\(word)", 1_024), ("MB_\(word)", 1_048_576), ("Blk_\(word)", 512)],
      [
        ("kB_\(word)/s", 1_024), ("MB_\(word)/s", 1_048_576), ("Blk_\(word)/s", 512),
        ("\(letter)kB/s", 1_024), ("\(letter)MB/s", 1_048_576), ("\(letter)sec/s", 512),
        ("\(letter)kB", 1_024), ("\(short)_sec", 512), ("\(short)_sec/s", 512),
      ]
    )
  }

  private func total(_ word: String) -> Double? {
    Self.names(word).totals.lazy.compactMap { name, unit in value(name).map { $0 * unit } }.first
  }

  private func rate(_ word: String) -> Double? {
    Self.names(word).rates.lazy.compactMap { name, unit in value(name).map { $0 * unit } }.first
  }

  /// The interval in seconds, from a total and its rate, which iostat both prints.
  var interval: Double? {
    for word in ["wrtn", "read"] {
      guard let total = total(word), let rate = rate(word), total > 0, rate > 0 else { continue }
      let seconds = total / rate
      // Rates have two digits behind the point: an interval that is nearly whole is whole.
      return abs(seconds - seconds.rounded()) < 0.02 * seconds ? max(1, seconds.rounded()) : seconds
    }
    return nil
  }

  var isIdle: Bool { (rate("wrtn") ?? 0) == 0 && (rate("read") ?? 0) == 0 }

  func read(over seconds: Double) -> Double { total("read") ?? (rate("read") ?? 0) * seconds }
  func written(over seconds: Double) -> Double { total("wrtn") ?? (rate("wrtn") ?? 0) * seconds }
}
