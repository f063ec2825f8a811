import Rehearsals
import ScenarioLanguage
import Statistics
import Units

/// The values of a report that a check compares, with the scenario values of its run.
public struct MeasuredReport: Sendable {
  public let scenario: String
  /// The SHA-256 of the scenario and the files that it names, in hexadecimal.
  public let digest: String
  public let measurements: [Measurement]
  /// The scenario's values by path, in the order of its file.
  public let settings: [(path: String, value: String)]

  /// Takes the values of a report that was read back.
  public init(_ document: ReportDocument) {
    scenario = document.scenario
    digest = document.digest
    measurements = document.measurements
    settings = document.settings
  }

  /// Measures a report.
  public init(_ report: Report) {
    scenario = report.scenario.name
    digest = report.provenance.digest
    settings = report.provenance.settings.map { ($0.path, $0.text) }
    measurements = zip(report.strategies, report.costs.strategies).flatMap { strategy, costs in
      let name = strategy.strategy.name
      return costs.measured.map { metric, value in
        Measurement(metric: metric, strategy: name, disaster: nil, value: value)
      }
        + strategy.disasters.flatMap { disaster in
          Metric.allCases.filter(\.isPerDisaster).compactMap { metric in
            disaster.value(of: metric, report.scenario.objectives).map {
              Measurement(metric: metric, strategy: name, disaster: disaster.disaster.name, value: $0)
            }
          }
        }
    }
  }
}

extension StrategyCosts {
  fileprivate var measured: [(Metric, MetricValue)] {
    let own: [(Metric, MetricValue)] = [
      (.protectionCost, .money(protection)), (.protectionRatio, .share(protectionRatio)),
    ]
    switch expectedLoss?.total {
    case nil: return own
    case .money(let money): return own + [(.expectedLoss, .money(money))]
    case .unrecoverable: return own + [(.expectedLoss, .unrecoverable)]
    }
  }
}

extension DisasterReport {
  private var unrecoverableCount: Int {
    drills.count { if case .unrecoverable = $0.outcome { true } else { false } }
  }

  /// Returns a metric of the drills; `nil` without drills, and for metrics of a strategy.
  fileprivate func value(of metric: Metric, _ objectives: Objectives) -> MetricValue? {
    guard !drills.isEmpty, let rpo, let rto else { return nil }
    func share(_ count: Int) -> MetricValue {
      .share(
        Ratio(billionths: Int64((Int128(count) * 1_000_000_000).roundedQuotient(Int128(drills.count)))))
    }
    switch metric {
    case .rpoP50: return MetricValue(rpo.p50.value)
    case .rpoP95: return MetricValue(rpo.p95.value)
    case .rpoP99: return MetricValue(rpo.p99.value)
    case .rpoMax: return MetricValue(rpo.maximum)
    case .rpoMean: return MetricValue(rpo.mean.value)
    case .rtoP50: return MetricValue(rto.p50.value)
    case .rtoP95: return MetricValue(rto.p95.value)
    case .rtoP99: return MetricValue(rto.p99.value)
    case .rtoMax: return MetricValue(rto.maximum)
    case .rtoMean: return MetricValue(rto.mean.value)
    case .unrecoverableShare: return share(unrecoverableCount)
    case .metShare: return share(metCount(objectives))
    case .protectionCost, .protectionRatio, .expectedLoss: return nil
    }
  }
}

extension MeasuredReport {
  func value(of metric: Metric, strategy: String, disaster: String?) -> MetricValue? {
    measurements.first { $0.metric == metric && $0.strategy == strategy && $0.disaster == disaster }?.value
  }
}

extension MetricValue {
  fileprivate init(_ achieved: Achieved) {
    self = achieved.duration.map { .time($0) } ?? .unrecoverable
  }
}
