import Planning
import Units

/// What is behind a number of a report: the chain of events, or the formula and its inputs.
public struct Explanation: Sendable {
  public let text: String

  /// - Parameters:
  ///   - path: keys and names from the root, joined by points.
  ///   - report: a report that was read back.
  /// - Throws: when the report has no such value.
  public init(of path: String, in report: ReportDocument) throws(InputError) {
    let place = try ReportPath(path, in: report.json)
    let lines = Self.rules.first { place.ends(with: $0.pattern) }?.explain(place) ?? Self.plain(place)
    text = (["\(path) = \(place.value.brief)", ""] + lines).joined(separator: "\n") + "\n"
  }

  private struct Rule {
    let pattern: [String]
    let explain: @Sendable (ReportPath) -> [String]
  }

  /// The first that fits is used.
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
    Rule(pattern: ["lines", "*", "cost_minor"], explain: line), Rule(pattern: ["lines", "*"], explain: line),
    Rule(pattern: ["lines", "*", "quantity"], explain: quantity),
    Rule(pattern: ["total_minor"], explain: total), Rule(pattern: ["steady"], explain: total),
    Rule(pattern: ["drill"], explain: total), Rule(pattern: ["production"], explain: total),
    Rule(pattern: ["protection_cost_minor"], explain: protection),
    Rule(pattern: ["protection_ratio"], explain: ratio), Rule(pattern: ["band", "*"], explain: ratio),
    Rule(pattern: ["per_event_minor"], explain: perEvent), Rule(pattern: ["yearly_minor"], explain: yearly),
    Rule(pattern: ["protection_minor"], explain: year), Rule(pattern: ["present_value_minor"], explain: year),
  ]

  /// A value that nothing was computed from.
  private static func plain(_ path: ReportPath) -> [String] {
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
        + "\(step["phase"]?.text ?? "") \(step["subject"]?.text ?? "")"
    }
    let restored = (drill["restored"]?.items ?? []).map { service in
      "  \(service["service"]?.text ?? ""): the point of \(service["point"]?.text ?? "") from "
        + "\(service["source"]?.text ?? ""), after \((service["candidates_tried"]?.number ?? 1).of("candidate"))"
    }
    let head = [
      "The disaster struck at \(drill["instant"]?.text ?? "") and the outage began at \(drill["outage_start"]?.text ?? "")."
    ]
    if ofLoss {
      return head + (restored.isEmpty ? ["No data had to be restored."] : ["Restored:"] + restored) + [
        "Achieved RPO = start of the outage - acknowledgement of the earliest missing write = \(drill["achieved_rpo"]?.brief ?? "")",
        "Lost: \((drill["lost_writes"]?.number ?? 0).of("write")), \(ByteCount(drill["lost_bytes"]?.number ?? 0).forReading) at full size.",
      ]
    }
    return head + ["The steps; those with an asterisk the end waited for:"] + timeline + [
      "Achieved RTO = end of the last step - start of the outage = \(drill["achieved_rto"]?.brief ?? "")"
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
    [
      "Estimate = longest time between two slots + time to copy what is written in it, along the best chain of copies that "
        + "the disaster spares, + the time for which the damage was hidden.", "From the scenario:",
    ] + settings(path) { $0.hasSuffix(".schedule") || $0.hasSuffix(".replica") || $0.hasSuffix(".dwell") }
  }

  private static func timeEstimate(_ path: ReportPath) -> [String] {
    [
      "Estimate = the 99th percentile of each phase, one after the other, + used bytes / slowest rate between copy and target.",
      "From the scenario:",
    ] + settings(path) { $0.contains(".recovery.") || $0.hasPrefix("people.") }
  }

  /// What the scenario says of the path's strategy and disaster, and of everything else, where the key fits.
  private static func settings(_ path: ReportPath, _ isInput: (String) -> Bool) -> [String] {
    let strategy = path.item(of: "strategies")?["name"]?.text ?? ""
    let disaster = path.item(of: "disasters")?["name"]?.text ?? ""
    return (path.root["settings"]?.members ?? []).filter { key, _ in
      isInput(key) && (!key.hasPrefix("strategies.") || key.hasPrefix("strategies.\(strategy)."))
        && (!key.hasPrefix("disasters.") || key.hasPrefix("disasters.\(disaster)."))
    }.map { "  \($0.0): \($0.1.text ?? "")" }
  }

  private static func verdict(_ path: ReportPath) -> [String] {
    let objectives = path.root["objectives"]
    var lines = [
      "met: every drill met the objective; breached: one missed it; unrecoverable: in one nothing usable came back.",
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

// MARK: Costs

extension Explanation {
  private static func currency(_ path: ReportPath) -> String { path.root["costs"]?["currency"]?.text ?? "" }

  private static func money(_ minor: Int64?, _ path: ReportPath) -> String {
    guard let minor, let currency = Currency(code: currency(path)) else { return "unrecoverable" }
    return Money(minorUnits: minor, currency: currency).forReading
  }

  private static func formula(_ line: JSON, _ path: ReportPath) -> String {
    "\(line["item"]?.text ?? "") of \(line["subject"]?.text ?? ""): \(line["quantity"]?.number ?? 0) \(line["measure"]?.text ?? "") "
      + "/ \(line["unit_size"]?.number ?? 1) x \(line["unit_price"]?.text ?? "") per \(line["unit"]?.text ?? "") = "
      + money(line["cost_minor"]?.number, path)
  }

  private static func line(_ path: ReportPath) -> [String] {
    let line = path.value["cost_minor"] == nil ? path.parent() : path.value
    return [
      "Cost = quantity / unit size x unit price, rounded once to the cent, half away from zero:",
      formula(line, path),
    ] + origin(line, path)
  }

  private static func quantity(_ path: ReportPath) -> [String] { origin(path.parent(), path) }

  /// What was metered behind a year's quantity.
  private static func origin(_ line: JSON, _ path: ReportPath) -> [String] {
    guard path.keys.contains("steady"), let costs = path.nearest("metered"),
      let metered = costs["metered"]?.items.first(where: {
        $0["item"]?.text == line["item"]?.text && $0["subject"]?.text == line["subject"]?.text
      })
    else { return [] }
    let time = Duration(nanoseconds: costs["metered_ns"]?.number ?? 0)
    return [
      "The quantity is that of a year of 8760 h: the run metered \(metered["quantity"]?.number ?? 0) "
        + "\(metered["measure"]?.text ?? "") in \(time), at full size."
    ]
  }

  private static func total(_ path: ReportPath) -> [String] {
    let statement = path.value["lines"] == nil ? path.parent() : path.value
    return ["The sum of its lines:"] + (statement["lines"]?.items ?? []).map { "  \(formula($0, path))" } + [
      "  total \(money(statement["total_minor"]?.number, path))"
    ]
  }

  private static func protection(_ path: ReportPath) -> [String] {
    let costs = path.parent()
    return [
      "Protection = the steady year + its practised recoveries = \(money(costs["steady"]?["total_minor"]?.number, path)) + "
        + "\(money(costs["drill"]?["total_minor"]?.number, path))."
    ]
  }

  private static func ratio(_ path: ReportPath) -> [String] {
    guard let costs = path.nearest("protection_ratio") else { return plain(path) }
    return [
      "Ratio = protection / production = \(money(costs["protection_cost_minor"]?.number, path)) / "
        + "\(money(path.root["costs"]?["production"]?["total_minor"]?.number, path)) = \(costs["protection_ratio"]?.text ?? "").",
      "The band of \(costs["family"]?.text ?? "") is \(costs["band"]?["lower_ratio"]?.text ?? "") to "
        + "\(costs["band"]?["upper_ratio"]?.text ?? ""): \(costs["band"]?["position"]?.text ?? "").",
      "It \(costs["band"]?["finding"]?.text ?? "").",
    ]
  }

  private static func perEvent(_ path: ReportPath) -> [String] {
    [
      "The mean over all drills of: hours of outage x penalty + hours of lost data x penalty + the recovery's own cost; a drill "
        + "in which nothing came back costs what the scenario says of that.", "From the scenario:",
    ] + settings(path) { $0.hasPrefix("costs.penalties.") }
  }

  private static func yearly(_ path: ReportPath) -> [String] {
    let share = path.parent()
    return [
      "Per event x times a year = \(money(share["per_event_minor"]?.number, path)) x \(share["per_year"]?.text ?? "")."
    ]
  }

  private static func year(_ path: ReportPath) -> [String] {
    [
      "Storage, requests and traffic grow by 'costs.growth' a year, everything else stays; present value = cost / "
        + "(1 + 'costs.discountRate') ^ (year - 1); totals are sums of years.", "From the scenario:",
    ] + settings(path) { ["costs.growth", "costs.discountRate", "costs.years"].contains($0) }
  }
}

extension JSON {
  /// A value in a few words: a time where one is meant.
  fileprivate var brief: String {
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
