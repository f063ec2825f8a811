import Documents
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
  static func name(of kind: NameKind) -> Shape {
    Shape(Shape<Int>.reference(to: kind).schema) { node, reading in
      Shape<Int>.reference(to: kind).read(node, &reading).flatMap { reading.names[kind]?[$0] }
    }
  }
}

extension Shape<Threshold> {
  static let threshold = mapping(
    "A bound on a metric.",
    Field<Node>.itself,
    Field("metric", .metric, "The metric."),
    Field<String?>(
      optional: "strategy", .name(of: .strategy),
      "The strategy; by default each checked one."),
    Field<String?>(
      optional: "disaster", .name(of: .disaster),
      "The disaster; by default each one."),
    Field<[String]>(
      "except", .list(of: .name(of: .disaster)), otherwise: [], "The disasters that the bound leaves out."),
    Field<String?>(optional: "atMost", .text, "The largest acceptable value."),
    Field<String?>(optional: "atLeast", .text, "The smallest acceptable value.")
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
    "An accepted failure, valid until a date.",
    Field<Node>.itself,
    Field<Metric?>(optional: "metric", .metric, "The metric; by default each one."),
    Field<String?>(optional: "strategy", .name(of: .strategy), "The strategy."),
    Field<String?>(optional: "disaster", .name(of: .disaster), "The disaster."),
    Field("owner", .text, "The person who is responsible."),
    Field("expires", .instant, "The last day on which it counts."),
    Field("reason", .text, "The reason for accepting the failure.")
  ) { node, metric, strategy, disaster, owner, expires, reason in
    Waiver(
      metric: metric, strategy: strategy, disaster: disaster, owner: owner, reason: reason, expires: expires,
      place: node.place(of: "expires"))
  }
}

extension Shape<CheckTerms> {
  static let checkTerms = mapping(
    "The terms of 'firedrill check'.",
    Field<[String]>(
      "strategies", .list(of: .name(of: .strategy)), otherwise: [],
      "The strategies to check; by default the 'chosen' one, else all."),
    Field<[Threshold]>(
      "thresholds", .list(of: .threshold), otherwise: [],
      "The bounds on metrics; by default 95 % of the drills meet each objective, and all recover."),
    Field<[Waiver]>(
      "waivers", .list(of: .waiver), otherwise: [], "The accepted failures, each valid until a date."),
    Field(
      "tolerance", .share, default: "0 %", "The share of the baseline's value by which a metric may be worse."
    )
  ) { CheckTerms(strategies: $0, thresholds: $1, waivers: $2, tolerance: $3) }
}
