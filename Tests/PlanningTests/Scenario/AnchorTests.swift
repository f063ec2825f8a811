import ScenarioLanguage
import Testing
import Units

/// YAML anchors, aliases and merge keys, so that a scenario says each thing once.
@Suite struct AnchorTests {
  private let recovery =
    "x-recovery: &recovery { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 5 min }\n"

  private func errors(in text: String) -> [String] { Shop.errors(in: text) }

  @Test func anAliasStandsForTheValueOfItsAnchor() throws {
    let text = Shop.text(with: "objectives: &both { rpo: 4 h, rto: 8 h }\nx-same: *both", for: objectives)
    #expect(try Shop.read(text).objectives.rto == .hours(8))
  }

  @Test func writtenKeysWinOverMergedOnes() throws {
    let text = Shop.text(
      with: "x-usual: &usual { rpo: 4 h, rto: 8 h }\nobjectives: { <<: *usual, rto: 9 h }", for: objectives)
    let scenario = try Shop.read(text)
    #expect(scenario.objectives.rpo == .hours(4) && scenario.objectives.rto == .hours(9))
  }

  @Test func ofSeveralMergedMappingsTheFirstWins() throws {
    let text = Shop.text(
      with: "x-a: &a { rpo: 4 h }\nx-b: &b { rpo: 5 h, rto: 8 h }\nobjectives: { <<: [*a, *b] }",
      for: objectives)
    let scenario = try Shop.read(text)
    #expect(scenario.objectives.rpo == .hours(4) && scenario.objectives.rto == .hours(8))
  }

  @Test func anAliasWithoutItsAnchorIsToldWithTheNearest() {
    let errors = errors(
      in: Shop.text(with: "x-a: &usual 4 h\nobjectives: { rpo: *usua, rto: 8 h }", for: objectives))
    #expect(
      errors.contains { $0.contains("there is no anchor 'usua' above this alias") && $0.contains("'usual'") })
  }

  @Test func onlyMappingsCanBeMerged() {
    let errors = errors(
      in: Shop.text(with: "x-a: &a 4 h\nobjectives: { <<: *a, rpo: 1 h, rto: 8 h }", for: objectives))
    #expect(errors.contains { $0.contains("'<<' merges mappings, and this is none") })
  }

  @Test func aliasesThatGrowWithoutEndAreRefused() {
    var text = "x-0: &a0 [lol, lol]\n"
    for level in 1...60 { text += "x-\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a60\n: 1\n"
    let errors = errors(in: text)
    #expect(errors.contains { $0.contains("error: the aliases of this file stand for too many values") })
    #expect(errors.contains { $0.contains("error: an alias cannot be a key") })
  }

  @Test func aRegionIsLostWithAllItsSites() throws {
    let file = try ScenarioFile(path: "\(Self.scenarios)/shop.yaml")
    let fire = try #require(file.scenario.disasters.first { $0.name == "fire" })
    #expect(fire.region == "west")
    let errors = Shop.errors(in: Shop.text, settings: ["disasters.fire={cause: fire, region: nowhere}"])
    #expect(errors.contains { $0.contains("no site lies in the region 'nowhere'") })
  }

  private static let scenarios =
    "\(#filePath)".split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" } + "/scenarios"

  private var objectives: String { "objectives: { rpo: 24 h, rto: 12 h }" }
}
