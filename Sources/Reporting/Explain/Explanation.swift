import Assessment
import Documents
import Units

/// The explanation of a number in a report: the chain of events, or the formula and its inputs.
public struct Explanation: Sendable {
  /// The path and its value.
  public let headline: String
  public let lines: [String]

  public var text: String { ([headline, ""] + lines).joined(separator: "\n") + "\n" }

  /// The explanation for programs.
  public var json: String {
    JSON.object([("headline", .string(headline)), ("lines", .array(lines.map { .string($0) }))]).text() + "\n"
  }

  /// - Parameters:
  ///   - path: keys and names from the root, joined by points.
  ///   - report: a report that was read back.
  /// - Throws: when the report has no such value.
  public init(of path: String, in report: ReportDocument) throws(InputError) {
    let place = try ReportPath(path, in: report.json)
    lines = Self.rules.first { place.ends(with: $0.pattern) }?.explain(place) ?? Self.plain(place)
    headline = "\(path) = \(place.value.brief)"
  }

  private struct Rule {
    let pattern: [String]
    let explain: @Sendable (ReportPath) -> [String]
  }

  /// The rules, of which the first applicable one is used.
  private static let rules: [Rule] = [
    Rule(pattern: ["rto", "achieved", "max"]) { events($0, "longest_outage", ofLoss: false) },
    Rule(pattern: ["rto", "achieved", "max", "ns"]) { events($0, "longest_outage", ofLoss: false) },
    Rule(pattern: ["rpo", "achieved", "max"]) { events($0, "worst_loss", ofLoss: true) },
    Rule(pattern: ["rpo", "achieved", "max", "ns"]) { events($0, "worst_loss", ofLoss: true) },
    Rule(pattern: ["achieved", "mean"], explain: mean),
    Rule(pattern: ["achieved", "mean", "ns"], explain: mean),
    Rule(pattern: ["achieved", "*"], explain: quantile),
    Rule(pattern: ["achieved", "*", "ns"], explain: quantile),
    Rule(pattern: ["rpo", "estimate"], explain: lossEstimate),
    Rule(pattern: ["rpo", "estimate", "ns"], explain: lossEstimate),
    Rule(pattern: ["rto", "estimate"], explain: timeEstimate),
    Rule(pattern: ["rto", "estimate", "ns"], explain: timeEstimate),
    Rule(pattern: ["verdict"], explain: verdict),
    Rule(pattern: ["full_speed"], explain: fullSpeed),
    Rule(pattern: ["full_speed", "*"], explain: fullSpeed),
    Rule(pattern: ["full_speed", "*", "ns"], explain: fullSpeed),
    Rule(pattern: ["pairs", "*", "*", "*"], explain: difference),
    Rule(pattern: ["worst_rpo_p95"]) { worst($0, "rpo") },
    Rule(pattern: ["worst_rpo_p95", "ns"]) { worst($0, "rpo") },
    Rule(pattern: ["worst_rto_p95"]) { worst($0, "rto") },
    Rule(pattern: ["worst_rto_p95", "ns"]) { worst($0, "rto") },
    Rule(pattern: ["cheapest_fit"], explain: choice), Rule(pattern: ["is_on_pareto_front"], explain: front),
    Rule(pattern: ["resolution_ns"], explain: resolution),
    Rule(pattern: ["backups_failed"], explain: failures),
    Rule(pattern: ["backup_failures"], explain: failures),
    Rule(pattern: ["slots_swallowed"], explain: skipped),
    Rule(pattern: ["unrecoverable_drills"], explain: unrecoverable),
    Rule(pattern: ["unrecoverable_reasons"], explain: unrecoverable),
    Rule(pattern: ["met_drills"], explain: unrecoverable),
    Rule(pattern: ["expected_annual_loss"], explain: lossTotal),
    Rule(pattern: ["expected_annual_loss", "total_minor"], explain: lossTotal),
    Rule(pattern: ["states", "disaster_minor"]) { expected($0, "recoveries") },
    Rule(pattern: ["states", "failback_minor"]) { expected($0, "failbacks") },
    Rule(pattern: ["lines", "*", "cost_minor"], explain: line), Rule(pattern: ["lines", "*"], explain: line),
    Rule(pattern: ["lines", "*", "quantity"], explain: quantity),
    Rule(pattern: ["total_minor"], explain: total), Rule(pattern: ["steady"], explain: total),
    Rule(pattern: ["drill"], explain: total), Rule(pattern: ["production"], explain: total),
    Rule(pattern: ["protection_cost_minor"], explain: protection),
    Rule(pattern: ["protection_ratio"], explain: ratio), Rule(pattern: ["band"], explain: band),
    Rule(pattern: ["band", "*"], explain: band),
    Rule(pattern: ["per_event_minor"], explain: perEvent), Rule(pattern: ["yearly_minor"], explain: yearly),
    Rule(pattern: ["mean_lag_ns"], explain: meanLag), Rule(pattern: ["peak_lag"], explain: peakLag),
    Rule(pattern: ["peak_lag", "ns"], explain: peakLag),
    Rule(pattern: ["time_in_rpo_ratio"], explain: timeInRPO),
    Rule(pattern: ["time_in_rpo_min_ratio"], explain: timeInRPO),
    Rule(pattern: ["rpo_violations", "*"], explain: spells),
    Rule(pattern: ["unprotected", "*"], explain: spells), Rule(pattern: ["degraded", "*"], explain: spells),
    Rule(pattern: ["added_wait", "*"], explain: addedWait), Rule(pattern: ["added_wait"], explain: addedWait),
    Rule(pattern: ["conflicts"], explain: conflicts), Rule(pattern: ["conflicts_max"], explain: conflicts),
    Rule(pattern: ["trials"], explain: trials), Rule(pattern: ["understated"], explain: trials),
    Rule(pattern: ["protection_minor"], explain: year), Rule(pattern: ["present_value_minor"], explain: year),
  ]

  /// Explains a value that was not computed.
  static func plain(_ path: ReportPath) -> [String] {
    switch path.value {
    case .object(let members): ["It consists of: \(members.map(\.0).joined(separator: ", "))"]
    case .array(let items): ["A list of \(items.count.of("item"))."]
    default: ["It was counted in the run, or stands in the scenario; nothing is computed here."]
    }
  }
}

// MARK: Achieved values

extension Explanation {
  private static func events(_ path: ReportPath, _ drill: String, ofLoss: Bool) -> [String] {
    guard let disaster = path.item(of: "disasters"), let drill = disaster[drill], drill["timeline"] != nil
    else {
      return ["No drill recovered, so that no chain of events led to a number."]
    }
    let timeline = (drill["timeline"]?.items ?? []).map { step in
      "\(step["is_critical"]?.flag == true ? "*" : " ") \(step["start"]?.text ?? "") to \(step["end"]?.text ?? "")  "
        + "\(step["phase"]?.text ?? "") \(step["subject"]?.text ?? "")\(attempt(step))"
    }
    let restored = (drill["restored"]?.items ?? []).map { service in
      "  \(service["service"]?.text ?? ""): the point of \(service["point"]?.text ?? "") from "
        + "\(service["source"]?.text ?? ""), after \((service["candidates_tried"]?.number ?? 1).of("candidate"))"
        + (service["replayed_to"]?.text.map { ", its log replayed to \($0)" } ?? "")
    }
    let head = [
      "The disaster struck at \(drill["instant"]?.text ?? "") and the outage began at \(drill["outage_start"]?.text ?? "")."
    ]
    if ofLoss {
      return head + splitBrain(drill)
        + (restored.isEmpty ? ["No data had to be restored."] : ["Restored:"] + restored) + replays(drill) + [
          "Achieved RPO = start of the outage - acknowledgement of the earliest missing write = \(drill["achieved_rpo"]?.brief ?? "")",
          "Lost: \((drill["lost_writes"]?.number ?? 0).of("write")), \((drill["lost_transactions"]?.number ?? 0).of("transaction")), \(ByteCount(drill["lost_bytes"]?.number ?? 0).forReading) at full size.",
        ]
    }
    return head + ["The steps; those with an asterisk the end waited for:"] + timeline + [
      "Achieved RTO = end of the last step - start of the outage = \(drill["achieved_rto"]?.brief ?? "")"
    ]
  }

  /// The targets up to which delayed standbys replayed their logs.
  private static func replays(_ drill: JSON) -> [String] {
    (drill["timeline"]?.items ?? []).compactMap { $0["subject"]?.text }.filter { $0.contains(", replayed ") }
      .map { "Promoted: \($0)." }
  }

  private static func attempt(_ step: JSON) -> String {
    guard let attempt = step["attempt"]?.number else { return "" }
    return ", attempt \(attempt)\(step["has_failed"]?.flag == true ? " failed" : "")"
  }

  private static func splitBrain(_ drill: JSON) -> [String] {
    guard let split = drill["split_brain"], let time = split["duration_ns"]?.number else { return [] }
    return [
      "Before that two sites served for \(Duration(nanoseconds: time).forReading); the one that was left acknowledged "
        + "\((split["writes_apart"]?.number ?? 0).of("write")) meanwhile, and the newer term won."
    ]
  }

  private static func quantile(_ path: ReportPath) -> [String] {
    let level = path.keys.last { $0.hasPrefix("p") && Int($0.dropFirst()) != nil }
    guard let level, let percent = Int(level.dropFirst()),
      let drills = path.item(of: "disasters")?["drills"]?.number
    else { return plain(path) }
    let rank = (Int64(percent) * drills + 99) / 100
    let place = path.ends(with: ["ns"]) ? path.parent() : path.value
    var lines = [
      "The smallest value that \(percent) % of the drills do not exceed: number \(rank) of \(drills) in order of size "
        + "(\(percent) % of \(drills), rounded up)."
    ]
    if let interval = place["interval"], interval["confidence_ratio"] != nil {
      lines.append(
        "Confidence interval by order statistics (Nyblom, 1992): from \(interval["lower"]?.brief ?? "no bound") to "
          + "\(interval["upper"]?.brief ?? "no bound"), confidence \(interval["confidence_ratio"]?.text ?? "")."
      )
    }
    return lines + ["Each drill has a row in \(path.root["scenario"]?.text ?? "")-drills.csv."]
  }

  private static func mean(_ path: ReportPath) -> [String] {
    let drills = path.item(of: "disasters")?["drills"]?.number ?? 0
    return ["The sum over \(drills.of("drill")), divided by their number; the interval is Student's."]
  }

  private static func lossEstimate(_ path: ReportPath) -> [String] {
    let isReplicated = path.item(of: "strategies")?["disaster_recovery"]?.members.isEmpty == false
    let takeover =
      "Where the standby site takes over by itself while production serves, since a link is cut for longer than it is "
      + "patient: the whole time of the cut, until the sites have found each other, + what was not there before. With a "
      + "witness that hears no more of production: as long as it is patient + what was not there before."
    let failover =
      "With a failover: none while synchronous copies are in sync; asynchronous the age of the oldest unsent write at the worst "
      + "instant (once more waits than the buffer holds: of the last write before, until all is sent) + one write + a round trip "
      + "(+ one checkpoint); of snapshots one interval + the transfer of the most that is written in it."
    let delayed =
      "A standby with 'applyDelay' is promoted without a mistake that people notice before the delay is over: the time for which "
      + "the mistake was hidden."
    return [
      "Estimate = longest time between two slots + time to copy the blocks that change in it, along the best chain of copies that "
        + "the disaster spares, + the time for which the damage was hidden."
    ] + (isReplicated ? [failover] : []) + (appliesLate(path) ? [delayed] : [])
      + (archivesLog(path) ? [Self.archivedLoss] : [])
      + (takesOver(path) ? [takeover] : []) + shippingLoss(path) + ["From the scenario:"]
      + settings(path) { key in
        [".schedule", ".replica", ".dwell", ".lasting", ".replicaSchedule", ".hold"].contains {
          key.hasSuffix($0)
        }
          || key.isBackup(".window.") || key.isBackup(".courier.")
          || [
            ".logArchive.",
            ".disasterRecovery.replication.", ".disasterRecovery.groups.", ".disasterRecovery.automatic.",
          ].contains { key.contains($0) }
      }
  }

  /// Whether a standby of the strategy applies its log with a delay.
  private static func appliesLate(_ path: ReportPath) -> Bool {
    let groups = path.item(of: "strategies")?["disaster_recovery"]?["groups"]?.items ?? []
    return groups.contains { $0["apply_delay_ns"] != nil }
  }

  /// Whether the strategy's standby site takes over without a human decision.
  private static func takesOver(_ path: ReportPath) -> Bool {
    path.item(of: "strategies")?["disaster_recovery"]?["automatic"]?.members.isEmpty == false
  }

  private static func timeEstimate(_ path: ReportPath) -> [String] {
    let takeover =
      "Where the standby site takes over by itself, the missing heartbeats and one more stand in the place of people's times."
    let stumbles =
      "Where a step can fail ('stepFailures'), the times of the attempts that fail before it succeeds are part of its phase; where all "
      + "attempts fail in more than 1 of 100 recoveries, it is unrecoverable."
    let launches =
      "Where no servers can be launched ('launches'), new servers and those of a pilot light wait until they can, counted from the "
      + "strike; warm and hot standbys do not wait."
    let waits = !settings(path) { $0.contains(".launches.") }.isEmpty
    let canFail = !settings(path) { $0.contains(".recovery.stumbles.") }.isEmpty
    let delayed =
      "A standby with 'applyDelay' replays its pending log first: the most that it writes for the transactions of one delay, at "
      + "the rate of its device, + the device's latency for each."
    let formula = [
      "Estimate = the 99th percentile of the sum of all phases, + used bytes / slowest rate between copy and target "
        + "where data has to be restored."
    ]
    let parts = [
      (archivesLog(path), Self.archivedTime), (appliesLate(path), delayed), (takesOver(path), takeover),
      (canFail, stumbles), (waits, launches),
    ].filter(\.0).map(\.1)
    return formula + parts + shippingTime(path) + ["From the scenario:"]
      + settings(path) { key in
        key.hasSuffix(".applyDelay") || key.isBackup(".courier.")
          || [".recovery.", ".logArchive.", ".disasterRecovery.standby.", ".disasterRecovery.automatic."]
            .contains {
              key.contains($0)
            }
          || key.hasPrefix("people.") || key.contains(".launches.")
      }
  }

  /// Returns the scenario's settings for the path's strategy and disaster, and general ones, where the key
  /// matches.
  static func settings(_ path: ReportPath, _ isInput: (String) -> Bool) -> [String] {
    let strategy = path.item(of: "strategies")?["name"]?.text ?? ""
    let disaster = path.item(of: "disasters")?["name"]?.text ?? ""
    return (path.root["settings"]?.members ?? []).filter { key, _ in
      isInput(key) && (!key.hasPrefix("strategies.") || key.hasPrefix("strategies.\(strategy)."))
        && (!key.hasPrefix("disasters.") || key.hasPrefix("disasters.\(disaster)."))
    }.map { "  \($0.0): \($0.1.text ?? "")" }
  }

  private static func difference(_ path: ReportPath) -> [String] {
    let pair = path.parent()
    guard let pairs = pair["pairs"]?.number else { return plain(path) }
    return [
      "The strategy less \(path.root["differences"]?["reference"]?.text ?? "the reference"), drill by drill at the same instants: "
        + "the mean of \(pairs.of("difference")) in which both came back"
        + " (in \((pair["unrecoverable_pairs"]?.number ?? 0).of("pair")) one did not); lower and upper bound the true mean with 95 % "
        + "confidence (Student)."
    ]
  }

  private static func worst(_ path: ReportPath, _ name: String) -> [String] {
    let lines = (path.item(of: "strategies")?["disasters"]?.items ?? []).map {
      "  \($0["name"]?.text ?? ""): \($0[name]?["achieved"]?["p95"]?.brief ?? "none")"
    }
    return ["The largest of the 95th percentiles against each disaster; unrecoverable is beyond all:"] + lines
  }

  private static func choice(_ path: ReportPath) -> [String] {
    let lines = (path.root["strategies"]?.items ?? []).map {
      "  \($0["name"]?.text ?? ""): \($0["verdict"]?.text ?? ""), "
        + Self.money($0["costs"]?["protection_cost_minor"]?.number, path) + " a year"
    }
    return ["The cheapest of the strategies whose verdict is met; of several the first:"] + lines
  }

  private static func front(_ path: ReportPath) -> [String] {
    [
      "Whether it always comes back and no other that does costs no more, is no worse in RPO and RTO (95th percentiles against its "
        + "worst disaster) and better in one of the three; where none always comes back, no worse against each disaster."
    ]
  }

  private static func resolution(_ path: ReportPath) -> [String] {
    [
      "The greatest distance between the lower and the upper bound of an achieved RPO in any drill. At scale "
        + "\(path.root["provenance"]?["scale"]?.text ?? "") a simulated write represents the real writes since the one "
        + "before it; the bounds are the first and the last instant at which the earliest missing one can have been "
        + "acknowledged. The scenario's 'resolution' says how finely writes are cut near strikes and recovery points."
    ]
  }

  private static func verdict(_ path: ReportPath) -> [String] {
    let objectives = path.root["objectives"]
    var lines = [
      "met: every drill met the objective by its upper bound; unresolved: the objective lies between the bounds of the "
        + "worst drill; breached: one missed it by its lower bound; unrecoverable: in one nothing usable came back.",
      "Objectives: RPO \(Duration(nanoseconds: objectives?["rpo_ns"]?.number ?? 0).forReading), "
        + "RTO \(Duration(nanoseconds: objectives?["rto_ns"]?.number ?? 0).forReading).",
    ]
    if let disaster = path.item(of: "disasters") {
      lines += ["rpo", "rto"].map { name in
        "Worst achieved \(name.uppercased()): \(disaster[name]?["achieved"]?["max"]?.brief ?? "none"): "
          + "\(disaster[name]?["verdict"]?.text ?? "")"
      }
      lines += (disaster["unrecoverable_reasons"]?.items ?? []).map {
        "\(($0["drills"]?.number ?? 0).of("drill")): \($0["reason"]?.text ?? "")"
      }
    }
    return lines
  }
}

extension JSON {
  /// The value in a few words, as a time where appropriate.
  var brief: String {
    switch self {
    case .null: return "nothing"
    case .string(let text): return text
    case .integer(let number): return "\(number)"
    case .boolean(let flag): return flag ? "true" : "false"
    case .array(let items): return items.count.of("item")
    case .object:
      if self["unrecoverable"]?.flag == true { return "unrecoverable" }
      if let time = self["ns"]?.number { return Duration(nanoseconds: time).forReading }
      if let position = self["position"]?.text { return position }
      return "an object"
    }
  }
}
