import Documents
import Rehearsals
import ScenarioLanguage
import Templates
import Testing
import Units

@Suite struct TemplateTests {
  private static func read(_ template: Template, _ answers: Answers) throws -> ScenarioFile {
    try ScenarioFile(SourceText(name: "\(template.name).yaml", text: template.scenario(answers)))
  }

  @Test(arguments: Template.all.map(\.name))
  func aTemplateHasAtMostSixtyLinesAndIsValid(_ name: String) throws {
    let template = try #require(Template.named(name))
    let text = template.scenario(template.proposal)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 61)
    #expect(!text.split(separator: "\n").contains { $0.count > 260 })
    let scenario = try Self.read(template, template.proposal).scenario
    #expect(scenario.blueprint.services.count == 3)
    #expect(scenario.blueprint.sites.count == 2)
    #expect(scenario.strategies.count == 4)
    #expect(scenario.disasters.count >= 5)
    #expect(scenario.objectives.rpo == template.proposal.rpo)
  }

  /// Each answer appears in the scenario, to the rounding of its units.
  @Test(arguments: Template.all.map(\.name))
  func theAnswersDecideSizesAndRates(_ name: String) throws {
    let template = try #require(Template.named(name))
    let answers = Answers(
      rpo: .minutes(7), rto: .hours(9), data: .gibibytes(2_000), writes: .bytesPerSecond(4_000_000))
    let scenario = try Self.read(template, answers).scenario
    #expect(scenario.objectives.rpo == .minutes(7) && scenario.objectives.rto == .hours(9))
    let size = scenario.blueprint.volumes.reduce(ByteCount.zero) { $0 + $1.size }
    #expect(size == .gibibytes(2_000))
    let rate = scenario.blueprint.volumes.reduce(0.0) { sum, volume in
      guard case .synthetic(let churn) = volume.workload.churn else { return sum }
      return sum + churn.rate.bytesPerSecond
    }
    #expect(rate == 4_000_000)
  }

  @Test(arguments: [
    (ByteCount.gibibytes(20), ByteRate.bytesPerSecond(1)),
    (.gibibytes(100 << 10), .bytesPerSecond(20_000_000)),
  ])
  func theSmallestAndLargestAnswersGiveValidScenarios(data: ByteCount, writes: ByteRate) throws {
    for template in Template.all {
      let answers = Answers(rpo: .seconds(1), rto: .days(3_653), data: data, writes: writes)
      _ = try Self.read(template, answers)
    }
  }

  /// Small: one drill of the first disaster under each strategy of a template.
  @Test(arguments: Template.all.map(\.name))
  func aTemplateCanBeRehearsed(_ name: String) async throws {
    let template = try #require(Template.named(name))
    let text = template.scenario(
      Answers(rpo: .hours(4), rto: .hours(8), data: .gibibytes(20), writes: .bytesPerSecond(20_000)))
    let file = try ScenarioFile(
      SourceText(name: "small.yaml", text: text),
      settings: ["scale=1/65536", "warmUp=1 d", "window=1 d", "strikes={ spread: 1 }"])
    let disaster = file.scenario.disasters[0].name
    let sweep = Sweep(
      file.scenario, provenance: Provenance(version: "0", digest: "0", arguments: []),
      selection: Sweep.Selection(strategy: nil, disaster: disaster, instant: nil))
    let report = await sweep.run(jobs: 1) { _ in }
    #expect(report.strategies.count == 4)
    #expect(report.strategies.allSatisfy { $0.disasters.count == 1 })
  }
}
