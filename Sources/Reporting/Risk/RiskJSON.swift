import Assessment
import Decision
import Documents
import Units

/// A scenario's risk as JSON with ordered members. Money is in minor units, and probabilities are decimal
/// strings.
public struct RiskJSON: Sendable {
  let report: RiskReport

  /// The name of the format and its version.
  public static let format = "firedrill risk 1"

  public init(_ report: RiskReport) { self.report = report }

  public var text: String { json.text() + "\n" }

  private var json: JSON {
    .object([
      ("format", .string(Self.format)), ("scenario", .string(report.scenario)),
      ("title", .string(report.title)), ("scenario_sha256", .string(report.digest)),
      ("arguments", .array(report.arguments.map { .string($0) })), ("seed", .string("\(report.seed)")),
      ("years", .integer(Int64(report.years))), ("cost_years", .integer(Int64(report.costYears))),
      ("overlap_drills", .integer(Int64(report.overlapDrills))),
      ("strategies", .array(report.strategies.map(strategy))),
    ])
  }

  private func strategy(_ risk: StrategyRisk) -> JSON {
    .object([
      ("name", .string(risk.strategy)), ("currency", .string("\(risk.protection.currency)")),
      ("protection_minor", .integer(risk.protection.minorUnits)),
      ("expected_loss", estimate(risk.expected)), ("p95", estimate(risk.p95)), ("p99", estimate(risk.p99)),
      ("greatest", loss(risk.greatest)), ("outage_ns", .duration(risk.outage)),
      (
        "all_lost_in_ten_years",
        .object([
          ("probability", .string(risk.totalLoss.probability.decimalText)),
          ("lower", .string(risk.totalLoss.lower.decimalText)),
          ("upper", .string(risk.totalLoss.upper.decimalText)),
          ("method", .string(risk.totalLoss.method.rawValue)), ("runs", .integer(Int64(risk.totalLoss.runs))),
        ])
      ),
      (
        "total_cost",
        .object([
          ("protection_minor", .integer(risk.totalCost.protection.minorUnits)),
          ("mean", loss(risk.totalCost.mean)), ("p95", loss(risk.totalCost.p95)),
          ("p99", loss(risk.totalCost.p99)),
        ])
      ),
      ("disasters", .array(risk.shares.map(share))), ("tornado", .array(risk.tornado.map(bar))),
      (
        "exceedance",
        .array(
          risk.curve.map {
            .object([
              ("loss_minor", .integer($0.amount)), ("probability", .string($0.probability.decimalText)),
            ])
          })
      ),
    ])
  }

  private func estimate(_ estimate: LossEstimate) -> JSON {
    .object([
      ("value", loss(estimate.value)), ("lower", estimate.lower.map(loss) ?? .null),
      ("upper", estimate.upper.map(loss) ?? .null),
    ])
  }

  /// Returns minor units, or null with a flag for a total loss without a price.
  private func loss(_ loss: Loss) -> JSON {
    if case .money(let money) = loss {
      return .object([("minor", .integer(money.minorUnits)), ("unrecoverable", .boolean(false))])
    }
    return .object([("minor", .null), ("unrecoverable", .boolean(true))])
  }

  private func share(_ share: HazardShare) -> JSON {
    let tally = share.tally
    return .object([
      ("disaster", .string(share.hazard)), ("occurrences", .integer(tally.occurrences)),
      ("during_recovery", .integer(tally.overlaps)), ("total_losses", .integer(tally.totalLosses)),
      ("outage_ms", .integer(tally.outage)), ("data_loss_ms", .integer(tally.dataLoss)),
      ("outage_minor", .integer(tally.outagePrice)), ("data_loss_minor", .integer(tally.dataLossPrice)),
      ("work_minor", .integer(tally.workPrice)), ("total_loss_minor", .integer(tally.totalLossPrice)),
      ("expected_loss_minor", .integer(share.expected.minorUnits)),
    ])
  }

  private func bar(_ bar: TornadoBar) -> JSON {
    .object([
      ("assumption", .string(bar.assumption)), ("halved_minor", .integer(bar.halved.minorUnits)),
      ("doubled_minor", .integer(bar.doubled.minorUnits)),
    ])
  }
}

extension Double {
  /// The number in decimal with up to fifteen places, without an exponent.
  var decimalText: String {
    let scaled = (magnitude * 1e15).rounded()
    return decimal(UInt64(min(scaled, 1.8e19)), places: 15, isNegative: self < 0)
  }
}
