import Documents
import ScenarioLanguage
import Units

/// A report read back: its measurements, and the scenario values of its run.
public struct ReportDocument: Sendable {
  /// The name and version of the format.
  public static let format = "firedrill report 2"

  /// The path as given.
  public let path: String
  public let scenario: String
  /// The SHA-256 of the scenario and the files that it names, in hexadecimal.
  public let digest: String
  public let measurements: [Measurement]
  /// The scenario's values by path, in the order of its file.
  public let settings: [(path: String, value: String)]
  package let json: JSON

  /// Reads a report from JSON text.
  ///
  /// - Throws: when it is no report, or one of another version of the format.
  package init(_ source: SourceText) throws(InputError) {
    let json = try JSON(parsing: source)
    let place = Place(source, line: 1, column: 1)
    guard let format = json["format"]?.text,
      format.hasPrefix("firedrill report ") || format.hasPrefix("firedrill baseline ")
    else {
      throw InputError(
        Diagnostic(
          at: place, message: "this is not a report of firedrill",
          hint: "give a report that 'firedrill run' wrote with the format 'json'"))
    }
    guard format == Self.format || format == Self.baselineFormat else {
      throw InputError(
        Diagnostic(
          at: place, message: "this is a '\(format)', and '\(Self.format)' is read here",
          hint: "make it anew with 'firedrill run'"))
    }
    path = source.name
    self.json = json
    scenario = json["scenario"]?.text ?? ""
    digest = (json["provenance"] ?? json)["scenario_sha256"]?.text ?? ""
    settings = (json["settings"]?.members ?? []).map { ($0.0, $0.1.text ?? "") }
    measurements =
      format == Self.baselineFormat ? Self.measurements(ofBaseline: json) : Self.measurements(json)
  }

  /// Reads a report file of at most 256 MiB.
  public init(path: String) throws(InputError) { try self.init(SourceFile.read(path, limit: 256 << 20)) }

  /// Reads a report from text in memory.
  public init(text: String, name: String) throws(InputError) {
    try self.init(SourceText(name: name, text: text))
  }

  public func value(of metric: Metric, strategy: String, disaster: String?) -> MetricValue? {
    measurements.first { $0.metric == metric && $0.strategy == strategy && $0.disaster == disaster }?.value
  }

  private static func measurements(_ json: JSON) -> [Measurement] {
    let currency = json["costs"]?["currency"]?.text.flatMap { Currency(code: $0) }
    return (json["strategies"]?.items ?? []).flatMap { strategy -> [Measurement] in
      let name = strategy["name"]?.text ?? ""
      let own = [Metric.protectionCost, .protectionRatio, .expectedLoss].compactMap { metric in
        Self.value(metric, strategy["costs"], currency).map {
          Measurement(metric: metric, strategy: name, disaster: nil, value: $0)
        }
      }
      return own
        + (strategy["disasters"]?.items ?? []).flatMap { disaster in
          Metric.allCases.filter(\.isPerDisaster).compactMap { metric in
            Self.value(metric, disaster).map {
              Measurement(metric: metric, strategy: name, disaster: disaster["name"]?.text ?? "", value: $0)
            }
          }
        }
    }
  }

  private static func value(_ metric: Metric, _ costs: JSON?, _ currency: Currency?) -> MetricValue? {
    func money(_ amount: Int64?) -> MetricValue? {
      guard let amount, let currency else { return nil }
      return .money(Money(minorUnits: amount, currency: currency))
    }
    switch metric {
    case .protectionCost: return money(costs?["protection_cost_minor"]?.number)
    case .protectionRatio:
      return costs?["protection_ratio"]?.text.flatMap { try? Ratio(parsing: $0) }.map { .share($0) }
    default:
      let loss = costs?["expected_annual_loss"]
      return loss?["total_unrecoverable"]?.flag == true ? .unrecoverable : money(loss?["total_minor"]?.number)
    }
  }

  private static func value(_ metric: Metric, _ disaster: JSON) -> MetricValue? {
    guard let drills = disaster["drills"]?.number, drills > 0 else { return nil }
    func share(_ count: JSON?) -> MetricValue? {
      count?.number.map {
        .share(Ratio(billionths: Int64((Int128($0) * 1_000_000_000).roundedQuotient(Int128(drills)))))
      }
    }
    switch metric {
    case .unrecoverableShare: return share(disaster["unrecoverable_drills"])
    case .metShare: return share(disaster["met_drills"])
    default:
      let parts = metric.rawValue.split(separator: ".").map(String.init)
      guard let achieved = disaster[parts[0]]?["achieved"]?[parts[1]] else { return nil }
      if achieved["unrecoverable"]?.flag == true { return .unrecoverable }
      return achieved["ns"]?.number.map { .time(Duration(nanoseconds: $0)) }
    }
  }
}
