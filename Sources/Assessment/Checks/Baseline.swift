import Documents
import ScenarioLanguage
import Units

/// A baseline: the parts of a report that a check compares with.
///
/// It holds the 95th percentile, the maximum and the mean of RPO and RTO, the shares of drills and the costs, exactly, and
/// the values of the scenario that they were measured with. A row is a strategy, or a strategy against a disaster.
extension MeasuredReport {
  private static let columns: [Metric] = [
    .rpoP95, .rpoMax, .rpoMean, .rtoP95, .rtoMax, .rtoMean, .unrecoverableShare, .metShare, .protectionCost,
    .protectionRatio, .expectedLoss,
  ]

  /// Returns the baseline of these strategies as JSON.
  public func baseline(of strategies: [String]) -> String {
    let measured = measurements.filter {
      strategies.contains($0.strategy) && Self.columns.contains($0.metric)
    }
    var subjects: [(strategy: String, disaster: String?)] = []
    for measurement in measured
    where !subjects.contains(where: { $0 == (measurement.strategy, measurement.disaster) }) {
      subjects.append((measurement.strategy, measurement.disaster))
    }
    let rows = subjects.map { subject -> JSON in
      .array(
        [.string(subject.strategy), subject.disaster.map { .string($0) } ?? .null]
          + Self.columns.map { metric in
            measured.first {
              $0.metric == metric && $0.strategy == subject.strategy && $0.disaster == subject.disaster
            }?.value.inBaseline ?? .null
          })
    }
    let settings = self.settings.filter { path, _ in
      !path.hasPrefix("strategies.") || strategies.contains { path.hasPrefix("strategies.\($0).") }
    }
    return JSON.object([
      ("format", .string(ReportDocument.baselineFormat)), ("scenario", .string(scenario)),
      ("scenario_sha256", .string(digest)), ("currency", currency.map { .string($0) } ?? .null),
      (
        "columns",
        .array(["strategy", "disaster"].map { .string($0) } + Self.columns.map { .string($0.rawValue) })
      ),
      ("rows", .array(rows)), ("settings", .object(settings.map { ($0.path, .string($0.value)) })),
    ]).text() + "\n"
  }

  private var currency: String? {
    for case .money(let money) in measurements.map(\.value) { return "\(money.currency)" }
    return nil
  }
}

extension ReportDocument {
  /// The name and version of the format.
  static let baselineFormat = "firedrill baseline 1"

  /// Returns the measurements of a baseline; null cells were not measured.
  static func measurements(ofBaseline json: JSON) -> [Measurement] {
    let columns = (json["columns"]?.items ?? []).map { $0.text.flatMap { Metric(rawValue: $0) } }
    let currency = json["currency"]?.text.flatMap { Currency(code: $0) }
    return (json["rows"]?.items ?? []).flatMap { row -> [Measurement] in
      guard let strategy = row.items.first?.text else { return [] }
      let disaster = row.items.dropFirst().first?.text
      return zip(columns, row.items).compactMap { metric, cell in
        guard let metric, let value = metric.value(inBaseline: cell, currency) else { return nil }
        return Measurement(metric: metric, strategy: strategy, disaster: disaster, value: value)
      }
    }
  }
}

extension MetricValue {
  /// The value in the smallest unit of its kind.
  fileprivate var inBaseline: JSON {
    switch self {
    case .time(let duration): .integer(duration.nanoseconds)
    case .share(let ratio): .integer(ratio.billionths)
    case .money(let money): .integer(money.minorUnits)
    case .unrecoverable: .string("unrecoverable")
    }
  }
}

extension Metric {
  fileprivate func value(inBaseline cell: JSON, _ currency: Currency?) -> MetricValue? {
    if cell.text == "unrecoverable" { return .unrecoverable }
    guard let number = cell.number else { return nil }
    switch kind {
    case .time: return .time(Duration(nanoseconds: number))
    case .share: return .share(Ratio(billionths: number))
    case .money: return currency.map { .money(Money(minorUnits: number, currency: $0)) }
    }
  }
}
