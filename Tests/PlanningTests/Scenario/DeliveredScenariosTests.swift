import Documents
import Foundation
import ScenarioLanguage
import Testing

/// The files of `scenarios/` are right, and a slip of the pen in any line of them does not go unnoticed.
@Suite struct DeliveredScenarios {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../scenarios"
  )
  .standardized.path

  static let paths = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    .filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }

  @Test func thereAreSome() { #expect(!Self.paths.isEmpty) }

  @Test(arguments: paths)
  func theyAreRight(path: String) throws {
    let file = try ScenarioFile(path: path)
    #expect(!file.scenario.strategies.isEmpty && file.formerKeys.isEmpty)
  }

  @Test(arguments: paths)
  func noMisspeltKeyGoesUnnoticed(path: String) throws {
    let names = Self.names(in: try ScenarioFile(path: path).scenario)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let colon = line.firstIndex(of: ":"), let key = line[..<colon].split(separator: " ").last,
        key != "#", !line.hasPrefix("x-"),
        key.first?.isLetter == true, !line.drop(while: { $0 == " " }).hasPrefix("#")
      else { continue }
      var changed = lines
      changed[index] = line[..<key.endIndex] + "x" + line[key.endIndex...]
      let source = SourceText(
        name: path, folder: Self.folder, text: changed.joined(separator: "\n"))
      // A name of the author's own may be anything.
      guard !names.contains(String(key)) else { continue }
      let error = #expect(throws: InputError.self) { try ScenarioFile(source) }
      #expect(error?.diagnostics.contains { $0.line == index + 1 } == true, "line \(index + 1): \(line)")
    }
  }

  private static func names(in scenario: Scenario) -> [String] {
    let blueprint = scenario.blueprint
    var names = blueprint.sites.map(\.name)
    names += blueprint.devices.map(\.name) + blueprint.links.map(\.name) + blueprint.hosts.map(\.name)
    names += blueprint.services.map(\.name) + blueprint.volumes.map(\.name) + blueprint.vaults.map(\.name)
    names +=
      scenario.objectives.tiers.map(\.name) + scenario.disasters.map(\.name) + scenario.strategies.map(\.name)
    names += scenario.prices.items.map(\.name)
    names += scenario.strategies.flatMap { $0.disasterRecovery?.groups.map(\.name) ?? [] }
    return names
  }
}
