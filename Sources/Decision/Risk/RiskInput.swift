import Documents
import ScenarioLanguage
import Units

/// A scenario with everything that its risk needs.
public struct RiskInput: Sendable {
  public let file: ScenarioFile
  public let penalties: Penalties

  /// - Throws: every disaster without a rate, and missing penalties, with their lines.
  public init(_ file: ScenarioFile) throws(InputError) {
    self.file = file
    var diagnostics = file.scenario.disasters.filter { $0.perYear == nil }.map { disaster in
      Diagnostic(
        at: file.place(of: ["disasters", disaster.name]),
        message: "'\(disaster.name)' does not say how often it is expected",
        hint: "add for example 'perYear: 0.05'; write 'perYear: 0' to leave it out of the risk")
    }
    guard let penalties = file.scenario.costs.penalties, diagnostics.isEmpty else {
      if file.scenario.costs.penalties == nil {
        diagnostics.append(
          Diagnostic(
            at: file.place(of: ["costs"]), message: "nothing says what an outage costs the business",
            hint: "add 'costs: { penalties: { outagePerHour: USD 4000, dataLossPerHour: USD 2500 } }'"))
      }
      throw InputError(diagnostics)
    }
    self.penalties = penalties
  }
}

extension ScenarioFile {
  /// Returns the place of a key by its path; the first line where the file does not have it.
  package func place(of path: [String]) -> Place {
    let source = SourceText(name: self.path, text: inputs.first?.text ?? "")
    let joined = path.joined(separator: ".")
    let below = values.first { $0.path == joined || $0.path.hasPrefix(joined + ".") }
    guard let last = below?.line, let key = path.last else { return Place(source, line: 1, column: 1) }
    for line in stride(from: last, through: 1, by: -1) {
      let text = String(source.lineText(line))
      let content = text.drop { $0 == " " }
      if content.hasPrefix("\(key):") || content.hasPrefix("\"\(key)\":") {
        return Place(source, line: line, column: text.count - content.count + 1)
      }
    }
    return Place(source, line: last, column: 1)
  }
}
