import Units

extension Shape<Metric> {
  static let metric = scalar(
    Schema(
      .scalar(types: ["string"], pattern: nil, values: Metric.allCases.map(\.rawValue), bounds: nil),
      example: Metric.rpoP95.rawValue),
    expected: "a metric"
  ) { text throws(QuantityError) in
    guard let metric = Metric(rawValue: text) else {
      throw QuantityError(
        "there is no metric '\(text)'",
        hint: Metric.allCases.map(\.rawValue).suggestion(for: text, noun: "metrics"))
    }
    return metric
  }
}

extension Metric {
  fileprivate func value(_ text: String) throws(QuantityError) -> MetricValue {
    switch kind {
    case .time: .time(try Duration(parsing: text))
    case .share: .share(try Ratio(parsing: text))
    case .money: .money(try Money(parsing: text))
    }
  }
}

extension Shape<String> {
  /// The name of one of the scenario's declared things.
  static func name(of kind: Kind) -> Shape {
    Shape(Shape<Int>.reference(to: kind).schema) { node, reading in
      Shape<Int>.reference(to: kind).read(node, &reading).flatMap { reading.names[kind]?[$0] }
    }
  }
}

extension Shape<Threshold> {
  static let threshold = mapping(
    "A bound that a metric must keep.",
    Field<Node>.itself,
    Field("metric", .metric, "What is measured."),
    Field<String?>(
      optional: "strategy", .name(of: .strategy),
      "Of which strategy; of each that is bound, when nothing is said."),
    Field<String?>(
      optional: "disaster", .name(of: .disaster),
      "Against which disaster; against each, when nothing is said."),
    Field<[String]>(
      "except", .list(of: .name(of: .disaster)), otherwise: [], "Disasters against which it does not count."),
    Field<String?>(optional: "atMost", .text, "The largest value that is well."),
    Field<String?>(optional: "atLeast", .text, "The smallest value that is well.")
  ) { node, metric, strategy, disaster, exceptions, atMost, atLeast throws(Misfit) in
    guard let text = atMost ?? atLeast, atMost == nil || atLeast == nil else {
      throw Misfit("a threshold has one bound", hint: "give 'atMost' or 'atLeast'")
    }
    guard disaster == nil || metric.isPerDisaster else {
      throw Misfit(
        at: "disaster", "'\(metric.rawValue)' is measured of a strategy, whatever the disaster",
        hint: "remove 'disaster'")
    }
    guard disaster == nil || exceptions.isEmpty else {
      throw Misfit(at: "except", "'disaster' and 'except' exclude each other", hint: "keep one of the two")
    }
    do throws(QuantityError) {
      var threshold = Threshold(
        metric: metric, strategy: strategy, disaster: disaster, bound: try metric.value(text),
        isUpperBound: atMost != nil, line: node.place.line)
      threshold.exceptions = exceptions
      return threshold
    } catch {
      throw Misfit(at: atMost != nil ? "atMost" : "atLeast", error)
    }
  }
}

extension Shape<Waiver> {
  static let waiver = mapping(
    "A failure that somebody answers for until a day.",
    Field<Node>.itself,
    Field<Metric?>(optional: "metric", .metric, "Of which metric; of each, when nothing is said."),
    Field<String?>(optional: "strategy", .name(of: .strategy), "Of which strategy."),
    Field<String?>(optional: "disaster", .name(of: .disaster), "Against which disaster."),
    Field("owner", .text, "Who answers for it."),
    Field("expires", .instant, "The last day on which it counts."),
    Field("reason", .text, "Why it is accepted until then.")
  ) { node, metric, strategy, disaster, owner, expires, reason in
    Waiver(
      metric: metric, strategy: strategy, disaster: disaster, owner: owner, reason: reason, expires: expires,
      place: node.place(of: "expires"))
  }
}

extension Shape<CheckTerms> {
  static let checkTerms = mapping(
    "What 'firedrill check' holds the scenario to.",
    Field<[String]>(
      "strategies", .list(of: .name(of: .strategy)), otherwise: [],
      "The strategies that are held to it; without any, the 'chosen' one, else every one."),
    Field<[Threshold]>(
      "thresholds", .list(of: .threshold), otherwise: [],
      "Bounds that metrics must keep; without any, 95 % of the drills meet each objective and all recover."),
    Field<[Waiver]>(
      "waivers", .list(of: .waiver), otherwise: [], "Failures that somebody answers for until a day."),
    Field(
      "tolerance", .share, default: "0 %", "By which share of the baseline's value a metric may be worse.")
  ) { CheckTerms(strategies: $0, thresholds: $1, waivers: $2, tolerance: $3) }
}
