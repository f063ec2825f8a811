import Foundation
import Testing

@Suite(.serialized) struct ExplainTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  private func explain(_ path: String, in report: String = "reports/shop.json") throws -> Command {
    try Command(running: Command.executable, ["explain", report, path], in: folder.path)
  }

  @Test func everyNumberHasItsEventsOrItsFormula() throws {
    _ = try Command(running: Command.executable, ["run", "shop.yaml", "--format", "json"], in: folder.path)
    let array = "strategies.nightly.disasters.array-failure"
    let expectations = [
      ("\(array).rto.achieved.max", "* 2026-", "Achieved RTO = end of the last step"),
      ("\(array).rpo.achieved.max", "Restored:", "Achieved RPO = start of the outage"),
      ("\(array).rpo.achieved.p95", "number 3 of 3", "Nyblom"),
      ("\(array).rto.achieved.mean", "divided by their number", "Student"),
      (
        "\(array).rpo.estimate", "longest time between two slots",
        "strategies.nightly.backups.0.schedule: FREQ=DAILY"
      ),
      ("\(array).verdict", "Objectives: RPO 30 h", "Worst achieved RPO"),
      (
        "strategies.nightly.costs.steady.total_minor", "The sum of its lines",
        "storage.objectStore of vault vault"
      ),
      (
        "strategies.nightly.costs.steady.lines.0.cost_minor", "Cost = quantity / unit size", "the run metered"
      ),
      (
        "strategies.nightly.costs.protection_ratio", "Ratio = protection / production",
        "The band of backup is 0.01 to 0.02"
      ),
      ("provenance.seed", "= 7", "It was counted in the run, or stands in the scenario"),
    ]
    for (path, first, second) in expectations {
      let command = try explain(path)
      #expect(command.status == 0, "\(path): \(command.errors)")
      #expect(command.output.contains(first) && command.output.contains(second), "\(path): \(command.output)")
    }
    let wrong = try explain("strategies.nightli.verdict")
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("the report has no 'nightli' here"))
    #expect(wrong.errors.contains("did you mean 'nightly'?"))
  }

  @Test func aFileThatIsNoReportIsBadInput() throws {
    let command = try explain("verdict", in: "shop.yaml")
    #expect(command.status == 2)
    #expect(command.errors.contains("this is not JSON as firedrill writes it"))
  }
}
