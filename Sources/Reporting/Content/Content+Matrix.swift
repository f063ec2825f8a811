import Rehearsals
import Statistics
import Units

extension ReportContent {
  /// The section of every strategy against every disaster, with a few strategies side by side.
  var matrix: Section {
    Section(
      id: "matrix", name: "Every strategy against every disaster",
      blocks: [
        .paragraph(
          "The verdict with the share of the drills that met both objectives\(allowance), and the maximum of the achieved RPO / RTO over "
            + "all drills; a value that misses its objective stands out. "
            + "\(name: "unrecoverable"): nothing usable came back, in every drill or in the number stated.")
      ] + groups(of: report.strategies).map { .table(table($0)) })
  }

  private var allowance: String {
    objectives.level == .one ? "" : " (at least \(objectives.level.asPercent) must)"
  }

  /// The largest number of columns beside the first in a readable table.
  private static let columnsMaximum = 5

  /// Divides items into the fewest groups of nearly equal size.
  func groups<Item>(of all: [Item]) -> [[Item]] {
    let count = (all.count + Self.columnsMaximum - 1) / Self.columnsMaximum
    return (0..<count).map { Array(all[$0 * all.count / count..<($0 + 1) * all.count / count]) }
  }

  private func table(_ strategies: [StrategyReport]) -> Table {
    let rows = report.disasters.map { disaster in
      [.name(disaster.name)]
        + strategies.map { strategy in
          strategy.disasters.first { $0.disaster.name == disaster.name }.map(cell)
            ?? .text("not rehearsed")
        }
    }
    return Table(
      "Verdict, drills met, and maximum RPO / RTO",
      [.words("disaster")] + strategies.map { .words(Prose(name: $0.strategy.name)) }, rows)
  }

  private func cell(_ disaster: DisasterReport) -> Cell {
    let lost = disaster.unrecoverableCount
    let (met, count) = (disaster.metCount(objectives), disaster.drills.count)
    guard let rpo = disaster.rpo, let rto = disaster.rto, lost < count else {
      return Cell(disaster.verdict, met: met, of: count, worst: .unrecoverable)
    }
    if lost > 0 {
      return Cell(
        .unrecoverable, met: met, of: count, "in \(lost) of \(count)",
        worst: .duration(Duration(nanoseconds: Int64(lost) * 1_000_000_000 / Int64(count))))
    }
    func value(_ summary: Summary, _ verdict: Verdict) -> Prose {
      let text = summary.maximum.forReading
      return verdict == .met ? Prose(text) : Prose(strong: text)
    }
    return Cell(
      disaster.verdict, met: met, of: count,
      level: disaster.isMetAtLevel(objectives) ? objectives.level : nil,
      value(rpo, disaster.rpoVerdict) + " / " + value(rto, disaster.rtoVerdict),
      worst: max(rpo.maximum, rto.maximum))
  }

  /// The section of differences between strategies that are statistically certain.
  var differences: Section? {
    guard let reference = comparison.reference, report.strategies.count > 1 else { return nil }
    func cell(_ difference: PairedDifference?) -> Cell {
      guard let difference else { return Cell("no pair came back", key: .max) }
      let bounds = difference.interval.map { " (\($0.lower.forReading) to \($0.upper.forReading))" } ?? ""
      return Cell("\(difference.mean.forReading)\(bounds)", key: difference.mean.nanoseconds)
    }
    let pairs = report.differences(from: reference)
    let others = report.strategies.map(\.strategy.name).filter { $0 != reference }
    let folds = others.map { name -> ContentBlock in
      let rows = pairs.filter { $0.strategy == name }.map {
        [.name($0.disaster), cell($0.rpo), cell($0.rto)]
      }
      return .folded(
        summary: "\(name: name) less \(name: reference)",
        [
          .table(
            Table(
              "Mean difference, and where the true one lies",
              [
                .words("disaster"), .number("RPO"), .number("RTO"),
              ], rows))
        ])
    }
    return Section(
      id: "differences", name: "Differences, instant by instant",
      blocks: [
        .paragraph(
          "Each strategy less \(name: reference), at the same instants of the same run: the mean over the pairs in which "
            + "both came back, and where the true mean lies with 95 % confidence (Student). An interval without zero is more "
            + "than chance.")
      ] + folds)
  }
}
