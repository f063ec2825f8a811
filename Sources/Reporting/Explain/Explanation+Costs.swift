import Documents
import Units

/// The formulas behind amounts of money.
extension Explanation {
  static func currency(_ path: ReportPath) -> String { path.root["costs"]?["currency"]?.text ?? "" }

  static func money(_ minor: Int64?, _ path: ReportPath) -> String {
    guard let minor, let currency = Currency(code: currency(path)) else { return "unrecoverable" }
    return Money(minorUnits: minor, currency: currency).forReading
  }

  static func formula(_ line: JSON, _ path: ReportPath) -> String {
    "\(line["item"]?.text ?? "") of \(line["subject"]?.text ?? ""): \(line["quantity"]?.number ?? 0) \(line["measure"]?.text ?? "") "
      + "/ \(line["unit_size"]?.number ?? 1) x \(line["unit_price"]?.text ?? "") per \(line["unit"]?.text ?? "") = "
      + money(line["cost_minor"]?.number, path)
  }

  static func line(_ path: ReportPath) -> [String] {
    let line = path.value["cost_minor"] == nil ? path.parent() : path.value
    return [
      "Cost = quantity / unit size x unit price, rounded once to the cent, half away from zero:",
      formula(line, path),
    ] + origin(line, path)
  }

  static func quantity(_ path: ReportPath) -> [String] { origin(path.parent(), path) }

  /// Returns the metered quantities behind an annual quantity.
  static func origin(_ line: JSON, _ path: ReportPath) -> [String] {
    if path.keys.contains("production") {
      return [
        "Production holds each server and each volume as provisioned for a year of 8760 h, and its upkeep for 12 months."
      ]
    }
    if path.keys.contains("recoveries") || path.keys.contains("failbacks") || path.keys.contains("drill") {
      let times = path.keys.contains("drill") ? ", times the drills in a year" : ""
      return ["The quantity is the mean over the drills in which it succeeded\(times)."]
    }
    guard path.keys.contains("steady"), let costs = path.nearest("metered") else { return [] }
    guard
      let metered = costs["metered"]?.items.first(where: {
        $0["item"]?.text == line["item"]?.text && $0["subject"]?.text == line["subject"]?.text
      })
    else { return ["It stands ready for a year of 8760 h, whatever is written."] }
    let time = Duration(nanoseconds: costs["metered_ns"]?.number ?? 0)
    return [
      "The quantity is that of a year of 8760 h: the run metered \(metered["quantity"]?.number ?? 0) "
        + "\(metered["measure"]?.text ?? "") in \(time), at full size."
    ]
  }

  static func total(_ path: ReportPath) -> [String] {
    let statement = path.value["lines"] == nil ? path.parent() : path.value
    return ["The sum of its lines:"] + (statement["lines"]?.items ?? []).map { "  \(formula($0, path))" } + [
      "  total \(money(statement["total_minor"]?.number, path))"
    ]
  }

  static func protection(_ path: ReportPath) -> [String] {
    let costs = path.parent()
    return [
      "Protection = the steady year + its practised recoveries = \(money(costs["steady"]?["total_minor"]?.number, path)) + "
        + "\(money(costs["drill"]?["total_minor"]?.number, path))."
    ]
  }

  static func ratio(_ path: ReportPath) -> [String] {
    guard let costs = path.nearest("protection_ratio") else { return plain(path) }
    return [
      "Ratio = protection / all that production costs in a year = \(money(costs["protection_cost_minor"]?.number, path)) / "
        + "\(money(path.root["costs"]?["production"]?["total_minor"]?.number, path)) = \(costs["protection_ratio"]?.text ?? "").",
      "It \(costs["band"]?["finding"]?.text ?? "").",
    ]
  }

  static func band(_ path: ReportPath) -> [String] {
    guard let costs = path.nearest("protection_ratio"), let band = costs["band"] else { return plain(path) }
    return [
      "The denominator is \(band["denominator"]?.text ?? "").",
      "Ratio = \(money(band["part_minor"]?.number, path)) / \(money(band["whole_minor"]?.number, path)) = "
        + "\(band["ratio"]?.text ?? "").",
      "The band of \(costs["family"]?.text ?? "") is \(band["lower_ratio"]?.text ?? "") to \(band["upper_ratio"]?.text ?? ""): "
        + "\(band["position"]?.text ?? "").",
      "It \(band["finding"]?.text ?? "").",
    ]
  }

  static func lossTotal(_ path: ReportPath) -> [String] {
    let shares = path.parent()["disasters"]?.items ?? []
    return ["The sum over the disasters whose rate is known:"]
      + shares.map { share in
        "  \(share["disaster"]?.text ?? ""): \(money(share["per_event_minor"]?.number, path)) x "
          + "\(share["per_year"]?.text ?? "") = \(money(share["yearly_minor"]?.number, path))"
      }
  }

  /// Returns rate times mean cost for each disaster, for recoveries or failbacks.
  static func expected(_ path: ReportPath, _ events: String) -> [String] {
    guard let costs = path.nearest(events) else { return plain(path) }
    let lines = (costs["expected_annual_loss"]?["disasters"]?.items ?? []).compactMap { share -> String? in
      let event = costs[events]?.items.first { $0["disaster"]?.text == share["disaster"]?.text }
      guard let event else { return nil }
      return "  \(share["disaster"]?.text ?? ""): \(share["per_year"]?.text ?? "") x "
        + money(event["mean"]?["total_minor"]?.number, path)
    }
    return [
      "The sum over the disasters whose rate is known of times a year x mean cost of one, each rounded to the cent:"
    ] + lines
  }

  static func perEvent(_ path: ReportPath) -> [String] {
    let share = path.parent()
    let name = share["disaster"]?.text ?? ""
    let recovery = path.nearest("recoveries")?["recoveries"]?.items.first { $0["disaster"]?.text == name }
    func hours(_ key: String) -> String {
      Duration(nanoseconds: share[key]?.number ?? 0).forReading
    }
    let slow =
      share["mean_slow_service_ns"] == nil
      ? []
      : [
        "Slow service until full speed, weighed by 'instant.slowdown', counts like an outage: \(hours("mean_slow_service_ns"))."
      ]
    return [
      "The mean over all drills of: time of outage x penalty + time of lost data x penalty + share of drills in which nothing came "
        + "back x what the scenario says of that x the share of the data that is at stake + share that came back x the recovery's own cost, each rounded to the cent.",
      "Outage \(hours("mean_outage_ns")), lost data \(hours("mean_data_loss_ns")), never back "
        + "\(share["unrecoverable_ratio"]?.text ?? "0"), data at stake "
        + "\(share["data_at_stake_ratio"]?.text ?? "1"), the recovery's own cost "
        + "\(money(recovery?["mean"]?["total_minor"]?.number, path)). From the scenario:",
    ] + slow + settings(path) { $0.hasPrefix("costs.penalties.") || $0.hasSuffix(".instant.slowdown") }
  }

  static func yearly(_ path: ReportPath) -> [String] {
    let share = path.parent()
    return [
      "Per event x times a year = \(money(share["per_event_minor"]?.number, path)) x \(share["per_year"]?.text ?? "")."
    ]
  }

  static func year(_ path: ReportPath) -> [String] {
    [
      "Storage, requests and traffic grow by 'costs.growth' a year, everything else stays; present value = cost / "
        + "(1 + 'costs.discountRate') ^ (year - 1); totals are sums of years.", "From the scenario:",
    ]
      + settings(path) {
        ["costs.growth", "costs.discountRate", "costs.years"].contains($0)
      }
  }
}
