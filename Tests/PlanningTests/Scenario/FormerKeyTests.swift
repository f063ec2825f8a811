import Documents
import Foundation
import ScenarioLanguage
import Testing
import Units

/// Keys that got clearer names are still read by their former ones, with a caution.
@Suite struct FormerKeyTests {
  private func file(_ text: String, settings: [String] = []) throws(InputError) -> ScenarioFile {
    try ScenarioFile(SourceText(name: "shop.yaml", text: text), settings: settings)
  }

  private static let former = Shop.text(with: "coast: true", for: "coastal: false")

  @Test func aFormerNameIsReadWithACautionThatNamesTheLine() throws {
    let file = try file(Self.former)
    #expect(file.scenario.blueprint.sites[1].isOnCoast)
    #expect(
      file.formerKeys.map { $0.text(of: "x") } == [
        "shop.yaml:11: warning: 'coast' is the former name of 'coastal'\nhint: write 'coastal'"
      ])
    #expect(file.values.contains { $0.path == "sites.berlin.coastal" && $0.line == 11 })
    #expect(file.scenario.cautions.isEmpty)
  }

  @Test func thePresentNameIsReadWithoutACaution() throws { #expect(try file(Shop.text).formerKeys.isEmpty) }

  @Test func bothNamesAtOnceAreAnError() {
    let errors = Shop.errors(with: "coastal: false, coast: true", for: "coastal: false")
    #expect(errors.count == 1)
    let error = errors.first ?? ""
    #expect(error.contains("'coast' is the former name of 'coastal', which is here too"))
    #expect(error.hasPrefix("shop.yaml:11:"))
  }

  @Test func anErrorBelowAFormerNameHasItsPlace() {
    let errors = Shop.errors(with: "coast: perhaps", for: "coastal: false")
    #expect(errors.count == 1 && errors[0].contains("'perhaps' is neither true nor false"))
  }

  @Test func aSettingMayUseAFormerName() throws {
    let file = try file(Shop.text, settings: ["sites.berlin.coast=true"])
    #expect(file.scenario.blueprint.sites[1].isOnCoast)
    #expect(file.formerKeys.map(\.message) == ["'coast' is the former name of 'coastal'"])
    let whole = try self.file(
      Shop.text, settings: ["sites.berlin={ region: r, latitude: 52, longitude: 13, coast: true }"])
    #expect(whole.scenario.blueprint.sites[1].isOnCoast)
    #expect(whole.formerKeys.count == 1)
  }

  @Test func aPathOfADesignMayUseAFormerName() throws {
    let choose = "choose: { vary: { recovery.stumbles: [none, { boot: { chance: 5 %, attempts: 2 } }] } }\n"
    let file = try file(Shop.text + choose)
    #expect(
      file.formerKeys.map(\.message) == ["'stumbles' is the former name of 'stepFailures'"])
  }

  /// Every former name that has been given up, with a value that goes where it stood.
  @Test func theFormerNamesAreThese() throws {
    let schema = try JSONSerialization.jsonObject(with: Data(ScenarioFile.schema.utf8))
    var pairs: [String: String] = [:]
    func visit(_ value: Any) {
      if let list = value as? [Any] { list.forEach(visit) }
      guard let object = value as? [String: Any] else { return }
      for (key, property) in object["properties"] as? [String: [String: Any]] ?? [:]
      where property["deprecated"] as? Bool == true {
        let about = property["description"] as? String ?? ""
        pairs[key] = String(about.split(separator: "'").dropFirst().first ?? "")
      }
      object.values.forEach(visit)
    }
    visit(schema)
    #expect(
      pairs == [
        "coast": "coastal", "lasting": "duration", "reach": "radius", "harms": "damages",
        "clock": "groupClock", "misses": "missedHeartbeats", "follow": "redirectedClients",
        "stumbles": "stepFailures", "lost": "retryAfter", "hold": "replicaDelay",
        "crewWaits": "crewPaidWhileWaiting",
      ])
  }

  /// An editor accepts one of the two names of a required key, and no mapping with both.
  @Test func theSchemaAcceptsOneOfTheTwoNames() {
    let schema = ScenarioFile.schema.filter { !$0.isWhitespace }
    #expect(schema.contains(#"{"oneOf":[{"required":["missedHeartbeats"]},{"required":["misses"]}]}"#))
    #expect(schema.contains(#"{"not":{"required":["coastal","coast"]}}"#))
  }
}
