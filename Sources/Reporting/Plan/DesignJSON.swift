import Decision
import Documents
import Units

/// The cheapest design as JSON.
struct DesignJSON {
  private let report: DesignReport

  /// The name of the format and its version.
  static let format = "firedrill plan 1"

  init(_ report: DesignReport) { self.report = report }

  var text: String {
    let members: [(String, JSON)] = [
      ("format", .string(Self.format)), ("scenario", .string(report.scenario)),
      ("title", .string(report.title)), ("scenario_sha256", .string(report.digest)),
      ("arguments", .array(report.arguments.map { .string($0) })),
      ("level", .string(report.level.asNumber)), ("combinations", .integer(Int64(report.combinations))),
      ("designs", .integer(Int64(report.designCount))), ("excluded", .integer(Int64(report.excluded))),
      ("refuted", .integer(Int64(report.refuted))), ("certified", .integer(Int64(report.certified))),
      ("drills", .integer(Int64(report.drills))),
      ("exhaustive_drills", .integer(Int64(report.exhaustiveDrills))),
      ("variants", .object(DesignPage.variants(of: report).map { ($0.name, result($0.result)) })),
      ("prices", .array(report.prices.map(price))), ("cheaper", .array(report.cheaper.map(refuted))),
    ]
    return JSON.object(members).text() + "\n"
  }

  private func result(_ result: DesignResult) -> JSON {
    .object([
      ("from", .string(result.design.base)),
      (
        "choices",
        .array(
          result.design.choices.map { .object([("axis", .string($0.axis)), ("value", .string($0.value))]) })
      ),
      ("currency", .string("\(result.cost.currency)")), ("cost_minor", .integer(result.cost.minorUnits)),
      ("rpo", .achieved(result.rpo)), ("rto", .achieved(result.rto)),
      ("changed_values", .integer(Int64(result.design.changes))),
    ])
  }

  private func price(_ price: ObjectivePrice) -> JSON {
    .object([
      ("objective", .string(price.kind.rawValue)), ("step_ns", .duration(price.step)),
      ("shorter", price.shorter.map(result) ?? .null), ("without", price.without.map(result) ?? .null),
    ])
  }

  private func refuted(_ refuted: RefutedDesign) -> JSON {
    .object([
      ("design", .string(refuted.design.label)),
      ("cost_minor", refuted.cost.map { .integer($0.minorUnits) } ?? .null),
      ("objective", .string(refuted.miss.kind.rawValue)),
      ("disaster", .string(report.disasters[refuted.miss.disaster])),
      ("value", .achieved(refuted.miss.value)),
    ])
  }
}

/// The variants of a plan as a table.
struct DesignCSV {
  private let report: DesignReport

  private typealias Variant = (name: String, result: DesignResult)

  init(_ report: DesignReport) { self.report = report }

  var text: String {
    let table = CSVTable<Variant>(columns: [
      .init(name: "variant") { .text($0.name) }, .init(name: "from") { .text($0.result.design.base) },
      .init(name: "cost_minor") { .count(Int($0.result.cost.minorUnits)) },
      .init(name: "rpo_s") { .seconds($0.result.rpo.duration) },
      .init(name: "rto_s") { .seconds($0.result.rto.duration) },
      .init(name: "changed_values") { .count($0.result.design.changes) },
      .init(name: "choices") {
        .text($0.result.design.choices.map { "\($0.axis): \($0.value)" }.joined(separator: "; "))
      },
    ])
    return table.text(of: DesignPage.variants(of: report))
  }
}
