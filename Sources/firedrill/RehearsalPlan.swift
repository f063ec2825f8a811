import Documents
import Glibc
import Rehearsals
import ScenarioLanguage
import Units

/// A valid scenario that is ready for rehearsal.
struct RehearsalPlan {
  let scenario: Scenario
  let provenance: Provenance
  let selection: Sweep.Selection

  /// Reads all files before any rehearsal; throws every error of all of them at once.
  static func plans(
    for files: [String], changes: ScenarioChanges, part: RehearsedPart
  ) throws(InputError) -> [RehearsalPlan] {
    var plans: [RehearsalPlan] = []
    var diagnostics: [Diagnostic] = []
    for path in files {
      do throws(InputError) {
        let plan = try RehearsalPlan(path, changes: changes, part: part)
        if plans.contains(where: { $0.scenario.name == plan.scenario.name }) {
          throw InputError(.sameReports(path, plan.scenario.name))
        }
        plans.append(plan)
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    for (path, plan) in zip(files, plans) { warn(plan.scenario.cautions, of: path) }
    return plans
  }

  private init(_ path: String, changes: ScenarioChanges, part: RehearsedPart) throws(InputError) {
    let file = try readScenario(path, settings: changes.all)
    scenario = file.scenario
    provenance = Provenance(
      version: Firedrill.version, digest: "\(file.digest)",
      arguments: [relativeToHere(path)] + changes.arguments + part.arguments, settings: file.values,
      defaults: file.defaults)
    selection = Sweep.Selection(strategy: part.strategy, disaster: part.disaster, instant: part.instant)
    let diagnostics = [
      Diagnostic.unknown(
        part.strategy, among: scenario.strategies.map(\.name), "strategies", "--strategy", path),
      Diagnostic.unknown(
        part.disaster, among: scenario.disasters.map(\.name), "disasters", "--disaster", path),
      Diagnostic.outside(scenario, part.instant, path),
    ].compactMap { $0 }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
  }
}

extension RehearsalPlan {
  /// Creates the plan of a part of a scenario.
  init(_ file: ScenarioFile, arguments: [String], selection: Sweep.Selection) {
    scenario = file.scenario
    provenance = Provenance(
      version: Firedrill.version, digest: "\(file.digest)", arguments: arguments, settings: file.values,
      defaults: file.defaults)
    self.selection = selection
  }

  /// Creates the plan of a whole scenario.
  init(_ file: ScenarioFile) {
    scenario = file.scenario
    provenance = Provenance(
      version: Firedrill.version, digest: "\(file.digest)", arguments: [relativeToHere(file.path)],
      settings: file.values,
      defaults: file.defaults)
    selection = Sweep.Selection()
  }
}

extension Diagnostic {
  fileprivate static func unknown(
    _ name: String?, among known: [String], _ noun: String, _ option: String, _ path: String
  ) -> Diagnostic? {
    guard let name, !known.contains(name) else { return nil }
    return Diagnostic(
      file: option, message: "\(path) has no '\(name)'", hint: known.suggestion(for: name, noun: noun))
  }

  fileprivate static func outside(_ scenario: Scenario, _ instant: Instant?, _ path: String) -> Diagnostic? {
    guard let instant, instant < scenario.windowStart || instant > scenario.windowEnd else { return nil }
    return Diagnostic(
      file: "--at", message: "\(instant) is outside the window of \(path)",
      hint: "write an instant from \(scenario.windowStart) to \(scenario.windowEnd)")
  }

  fileprivate static func sameReports(_ path: String, _ name: String) -> Diagnostic {
    Diagnostic(
      file: path,
      message: "another scenario is named '\(name)' too, and their reports would be the same files",
      hint: "run them one by one, each with its own '--out'")
  }
}

/// Returns a path relative to the current folder, so that reports do not reveal the folder.
func relativeToHere(_ path: String) -> String {
  var path = Substring(path)
  if let here = getcwd(nil, 0) {
    defer { free(here) }
    let prefix = String(cString: here) + "/"
    if path.hasPrefix(prefix) { path = path.dropFirst(prefix.count) }
  }
  while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
  return String(path)
}
