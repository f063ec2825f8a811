import Assessment
import Documents
import ScenarioLanguage
import Units

/// The difference of two stored reports: settings, verdicts and values that changed.
public struct ReportDifference: Sendable {
  private let before: ReportDocument
  private let after: ReportDocument

  public init(from before: ReportDocument, to after: ReportDocument) {
    self.before = before
    self.after = after
  }

  /// A value that differs between the two.
  private struct Move {
    let measurement: Measurement
    let before: MetricValue?
    let after: MetricValue?

    /// Whether the value became worse; `nil` where it is new or removed.
    var isWorse: Bool? {
      guard let before, let after else { return nil }
      return measurement.metric.isBetterWhenHigher ? after < before : after > before
    }
  }

  private var moves: [Move] {
    let gone = before.measurements.filter { after.value(of: $0) == nil }.map {
      Move(measurement: $0, before: $0.value, after: nil)
    }
    let present = after.measurements.compactMap { measurement -> Move? in
      let old = before.value(of: measurement)
      return old == measurement.value
        ? nil : Move(measurement: measurement, before: old, after: measurement.value)
    }
    return present + gone
  }

  private var settings: [(path: String, before: String?, after: String?)] {
    let old = Dictionary(before.settings.map { ($0.path, $0.value) }) { first, _ in first }
    let new = Dictionary(after.settings.map { ($0.path, $0.value) }) { first, _ in first }
    let changed = after.settings.filter { old[$0.path] != $0.value }.map {
      (path: $0.path, before: old[$0.path], after: Optional($0.value))
    }
    let removed = before.settings.filter { new[$0.path] == nil }.map {
      (path: $0.path, before: Optional($0.value), after: String?.none)
    }
    return changed + removed
  }

  public var isEmpty: Bool { moves.isEmpty && settings.isEmpty }

  /// The difference for a terminal: settings first, then the values, worse ones first.
  public var text: String {
    guard !isEmpty else { return "no difference\n" }
    let settings = settings.map { path, before, after in
      "setting \(path): \(before ?? "not set") -> \(after ?? "not set")\n"
    }
    let moves = moves
    let ordered =
      moves.filter { $0.isWorse == true } + moves.filter { $0.isWorse == nil }
      + moves.filter { $0.isWorse == false }
    let values = ordered.map { move in
      let mark = move.isWorse.map { $0 ? "worse " : "better" } ?? "other "
      return
        "\(mark) \(move.measurement.metric.rawValue) of \(move.measurement.subject): "
        + "\(move.before?.forReading ?? "not measured") -> \(move.after?.forReading ?? "not measured")\n"
    }
    let worse = moves.count { $0.isWorse == true }
    let better = moves.count { $0.isWorse == false }
    return settings.joined() + values.joined()
      + "\(worse.of("value")) worse, \(better.grouped) better, \(settings.count.of("setting")) changed\n"
  }

  /// The difference for programs.
  public var json: String {
    func value(_ value: MetricValue?) -> JSON { value.map { .string("\($0)") } ?? .null }
    return JSON.object([
      ("format", .string("firedrill diff 1")),
      (
        "settings",
        .array(
          settings.map { path, before, after in
            .object([
              ("path", .string(path)), ("before", before.map { .string($0) } ?? .null),
              ("after", after.map { .string($0) } ?? .null),
            ])
          })
      ),
      (
        "values",
        .array(
          moves.map { move in
            .object([
              ("metric", .string(move.measurement.metric.rawValue)),
              ("strategy", .string(move.measurement.strategy)),
              ("disaster", move.measurement.disaster.map { .string($0) } ?? .null),
              ("before", value(move.before)), ("after", value(move.after)),
              ("is_worse", move.isWorse.map { .boolean($0) } ?? .null),
            ])
          })
      ),
    ]).text() + "\n"
  }
}

extension ReportDocument {
  fileprivate func value(of measurement: Measurement) -> MetricValue? {
    value(of: measurement.metric, strategy: measurement.strategy, disaster: measurement.disaster)
  }
}
