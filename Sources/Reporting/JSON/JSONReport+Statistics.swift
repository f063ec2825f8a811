import Assessment
import Documents
import Statistics
import Units

extension JSONReport {
  /// The differences of every strategy from the reference, pair by pair.
  var differences: JSON {
    guard let reference = Comparison(report).reference else { return .null }
    return .object([
      ("reference", .string(reference)),
      (
        "pairs",
        .array(
          report.differences(from: reference).map { pair in
            .object([
              ("strategy", .string(pair.strategy)), ("disaster", .string(pair.disaster)),
              ("rpo", difference(pair.rpo)), ("rto", difference(pair.rto)),
            ])
          })
      ),
    ])
  }

  private func difference(_ difference: PairedDifference?) -> JSON {
    guard let difference else { return .null }
    return .object([
      ("pairs", .integer(Int64(difference.pairs))),
      ("unrecoverable_pairs", .integer(Int64(difference.unrecoverablePairs))),
      ("mean_ns", .duration(difference.mean)), ("lower_ns", .duration(difference.interval?.lower)),
      ("upper_ns", .duration(difference.interval?.upper)),
    ])
  }

  /// The precision reached; `null` when no goal was set.
  var precision: JSON {
    guard let precision = report.precision else { return .null }
    return .object([
      ("rpo_ns", .duration(precision.goal.rpo)), ("rto_ns", .duration(precision.goal.rto)),
      ("drills_maximum", .integer(Int64(precision.goal.drillsMaximum))),
      ("batches", .integer(Int64(precision.batches))), ("open", .array(precision.open.map { .string($0) })),
    ])
  }
}
