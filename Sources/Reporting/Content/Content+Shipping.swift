import Estate
import Rehearsals
import Units

extension ReportContent {
  /// Describes the window of a backup and the way of its copies; empty for a backup with neither.
  func shipping(_ policy: BackupPolicy) -> Prose {
    var text: Prose = ""
    if let window = policy.window {
      let end: Prose = window.unfinished == .resume ? "continues in the next one" : "fails"
      text =
        ", in a window of \(window.length.forReading) from \(name: "\(window.openings)"); a backup that is unfinished at its end \(end)"
    }
    if policy.hold > .zero { text = "\(text), held for \(policy.hold.forReading) before a copy leaves" }
    if let courier = policy.courier {
      text =
        "\(text), carried by a courier in \(courier.transit.forReading) and brought back in \(courier.comeback.forReading)"
    }
    return text
  }

  /// Returns the times to first service and to full speed by disaster; `nil` without instant restores.
  func slowServices(_ strategy: StrategyReport) -> Table? {
    guard let policy = strategy.strategy.recovery.instant else { return nil }
    let rows = strategy.disasters.compactMap { disaster -> [Cell]? in
      guard let fullSpeed = disaster.fullSpeed, let first = disaster.rto else { return nil }
      let services = disaster.drills.compactMap(\.slowService)
      let reads = services.reduce(0) { $0 + $1.reads }
      let time = services.reduce(Duration.zero) { $0 + $1.readTime }
      return [
        .name(disaster.disaster.name), .time(first.p50.value), .time(first.maximum),
        .time(fullSpeed.p50.value), .time(fullSpeed.maximum), .time(disaster.estimate.fullSpeed),
        .count(reads), .time(reads > 0 ? .duration(time / Int64(reads)) : nil),
        .time(services.map(\.longestRead).max().map { .duration($0) }),
      ]
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      "Instant restore: the RTO and its objective are for the first service, which reads from the vault and costs "
        + "\(policy.slowdown.asPercent) of an outage's penalty until all data is in place, at full speed",
      [
        .words("disaster"), .number("first service, p50"), .number("max"), .number("full speed, p50"),
        .number("max"), .number("estimate"), .number("pages read on demand"), .number("mean time"),
        .number("longest"),
      ], rows)
  }

  /// Returns the drills that called for media, by disaster; `nil` where none did.
  func fetchedMedia(_ strategy: StrategyReport) -> [Prose]? {
    let lines = strategy.disasters.compactMap { disaster -> Prose? in
      let called = disaster.drills.filter { !$0.media.isEmpty }
      guard let first = called.first?.media.first else { return nil }
      let vault = report.scenario.blueprint.vaults[first].name
      return
        "\(name: disaster.disaster.name): \(called.count.grouped) of \(disaster.drills.count.of("drill")) waited for media of \(name: vault)"
    }
    return lines.isEmpty ? nil : lines
  }
}
