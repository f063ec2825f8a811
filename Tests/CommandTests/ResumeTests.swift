import Foundation
import Testing

/// Long commands can be interrupted; what was done is kept.
@Suite struct ResumeTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.withStandby, to: "shop.yaml")
  }

  private func firedrill(_ arguments: String...) throws -> Command {
    try Command(running: Command.executable, arguments, in: folder.path)
  }

  private func files(in name: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)")
    return try names.reduce(into: [:]) {
      $0[$1] = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/\($1)"))
    }
  }

  @Test func aResumedRunGivesTheBytesOfAnUninterruptedOne() throws {
    let whole = try firedrill("run", "shop.yaml", "--out", "whole")
    // An interrupted run leaves the shards of the strategies that were finished.
    let part = try firedrill("run", "shop.yaml", "--out", "parts", "--shard", "2/3")
    #expect(part.status == 0)
    #expect(try files(in: "parts").keys.sorted() == ["shop-run-2-of-3.shard"])
    let resumed = try firedrill("run", "shop.yaml", "--out", "parts", "--resume")
    #expect(resumed.status == whole.status)
    #expect(try files(in: "whole") == files(in: "parts"))
  }

  @Test func whatAnotherRunKeptIsNotTaken() throws {
    _ = try firedrill("run", "shop.yaml", "--out", "parts", "--seed", "8", "--shard", "1/3")
    let whole = try firedrill("run", "shop.yaml", "--out", "whole")
    let resumed = try firedrill("run", "shop.yaml", "--out", "parts", "--resume")
    #expect(resumed.status == whole.status)
    #expect(try files(in: "whole") == files(in: "parts"))
  }

  @Test func resumingAShardIsRefused() throws {
    let command = try firedrill("run", "shop.yaml", "--resume", "--shard", "1/2")
    #expect(command.status == 2)
    #expect(command.errors.contains("'--resume' goes with neither '--shard' nor '--what-if'"))
  }

  @Test func aPlanIsWrittenWithItsScenarioAndKeepsNothingElse() throws {
    let choose = """
      choose:
        from: [nightly]
        baseline: nightly
        vary: { upkeep: [none, { staff: 1 h }, { staff: 2 h }] }

      """
    try folder.write(SmallScenario.withStandby + choose, to: "space.yaml")
    let plan = try firedrill("plan", "space.yaml", "--out", "plan")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("The cheapest design that meets every objective is 'nightly; upkeep: none'"))
    #expect(
      try files(in: "plan").keys.sorted() == [
        "space-plan-fastest.yaml", "space-plan-front.svg", "space-plan-least-change.yaml", "space-plan.csv",
        "space-plan.html", "space-plan.json", "space-plan.md", "space-plan.yaml",
      ])
    #expect(try firedrill("run", "plan/space-plan.yaml", "--out", "run").status == 0)
    let resumed = try firedrill("plan", "space.yaml", "--out", "again", "--resume", "--jobs", "1")
    #expect(resumed.status == 0)
    #expect(try files(in: "plan") == files(in: "again"))
  }

  /// Runs a command that fails when it writes its reports, since no file may exceed eight kilobytes.
  private func interrupted(_ arguments: [String]) throws -> Command {
    try Command(
      running: URL(filePath: "/bin/sh"),
      ["-c", "ulimit -f 16; exec \"$0\" \"$@\"", Command.executable.path] + arguments, in: folder.path)
  }

  @Test func aSearchForTheWorstInstantGoesOnFromWhatAnInterruptedOneKept() throws {
    let search = ["worst", "shop.yaml", "--strategy", "nightly", "--disaster", "deletion"]
    func run(_ options: String...) throws -> Command {
      try Command(running: Command.executable, search + options, in: folder.path)
    }
    let whole = try run("--budget", "20", "--out", "whole")
    #expect(try interrupted(search + ["--budget", "20", "--out", "parts"]).status == 2)
    #expect(try files(in: "parts").keys.contains("shop-worst.progress"))
    let other = try run("--budget", "30", "--out", "parts", "--resume")
    #expect(other.status == 2)
    #expect(other.errors.contains("another scenario, other options or another build made what was kept here"))
    let resumed = try run("--budget", "20", "--out", "parts", "--resume")
    #expect(resumed.status == whole.status, "\(resumed.errors)")
    #expect(try files(in: "whole") == files(in: "parts"))
  }

  @Test func aRiskGoesOnFromTheDrillsThatAnInterruptedOneKept() throws {
    let risk = ["risk", "shop.yaml", "--years", "1000"]
    let whole = try Command(running: Command.executable, risk + ["--out", "whole"], in: folder.path)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(try interrupted(risk + ["--out", "parts", "--resume"]).status == 2)
    #expect(try files(in: "parts").keys.contains("shop-risk.progress"))
    let resumed = try Command(
      running: Command.executable, risk + ["--out", "parts", "--resume"], in: folder.path)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try files(in: "whole") == files(in: "parts"))
  }

  @Test func sizesAreWrittenForPeopleAndPrograms() throws {
    let command = try firedrill(
      "size", "shop.yaml", "--strategy", "nightly", "--disaster", "deletion", "--resource", "vault", "--out",
      "sizes")
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("vaults.vault.capacity: at least"))
    #expect(try files(in: "sizes").keys.sorted() == ["shop-size.csv", "shop-size.json", "shop-size.md"])
  }
}
