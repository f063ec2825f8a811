import Foundation
import Testing

@Suite struct RunCommand {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  private func run(_ arguments: String...) throws -> Command {
    try Command(running: Command.executable, ["run"] + arguments, in: folder.path)
  }

  /// Everything in a folder below the scratch folder, by name.
  private func files(in name: String) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)")
    return try names.reduce(into: [:]) {
      $0[$1] = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)/\($1)"))
    }
  }

  @Test func aRunWritesItsReportsAndNothingElse() throws {
    let command = try run("shop.yaml")
    #expect(command.status == 0)
    #expect(command.errors.isEmpty)
    #expect(command.output.contains("nightly   array-failure  3       met"))
    let names = try files(in: "reports").keys.sorted()
    #expect(
      names == [
        "shop-cdf.svg", "shop-cost.svg", "shop-drills.csv", "shop-fill.svg", "shop-gantt.svg",
        "shop-heat.svg", "shop-loss.svg", "shop-stack.svg", "shop-timeline.svg", "shop.csv", "shop.html",
        "shop.json", "shop.md",
      ])
  }

  @Test func onlyTheFormatsThatWereAskedForAreWritten() throws {
    #expect(try run("shop.yaml", "--out", "a/b", "--format", "csv,md").status == 0)
    #expect(
      try files(in: "a/b").keys.sorted() == [
        "shop-cdf.svg", "shop-cost.svg", "shop-drills.csv", "shop-fill.svg", "shop-gantt.svg",
        "shop-heat.svg", "shop-loss.svg", "shop-stack.svg", "shop-timeline.svg", "shop.csv", "shop.md",
      ])
  }

  @Test func aMissedObjectiveEndsInCodeOneWithItsReports() throws {
    let command = try run("shop.yaml", "--set", "objectives.rto=1 h")
    #expect(command.status == 1)
    #expect(command.errors.isEmpty)
    #expect(try files(in: "reports").count == 13)
  }

  @Test func aRunThatNeedsMoreMemoryThanAllowedIsRefusedWithBothFigures() throws {
    let command = try run("shop.yaml", "--memory", "32 MiB", "--jobs", "1", "--scale", "64")
    #expect(command.status == 2)
    let figures = try #require(
      command.errors.firstMatch(
        of: /needs about (.*) of memory, and may use 32 MiB\nhint: .* or allow more with '--memory (.*)'/
      ))
    #expect(figures.1 == figures.2)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/reports"))
    #expect(
      try run("shop.yaml", "--memory", String(figures.2), "--jobs", "1", "--scale", "64").status == 0)
  }

  @Test func theNumberOfJobsChangesNoByte() throws {
    #expect(try run("shop.yaml", "--out", "one", "--jobs", "1").status == 0)
    #expect(try run("shop.yaml", "--out", "two", "--jobs", "2").status == 0)
    #expect(try files(in: "one") == files(in: "two"))
  }

  @Test func howThePathIsWrittenChangesNoByte() throws {
    #expect(try run("shop.yaml", "--out", "one").status == 0)
    #expect(try run("\(folder.path)/shop.yaml", "--out", "two").status == 0)
    #expect(try run("./shop.yaml", "--out", "three").status == 0)
    #expect(try files(in: "one") == files(in: "two"))
    #expect(try files(in: "one") == files(in: "three"))
  }

  @Test func aDrillRehearsedAloneGivesTheSameRow() throws {
    #expect(try run("shop.yaml", "--out", "all").status == 0)
    let rows = try table("all/shop-drills.csv")
    let row = try #require(rows.last)
    let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let alone = try run(
      "shop.yaml", "--out", "one", "--strategy", cells[1], "--disaster", cells[2], "--at", cells[3])
    #expect(alone.status == 0)
    let name = try #require(try files(in: "one").keys.first { $0.hasSuffix("-drills.csv") })
    #expect(try table("one/\(name)") == [rows[0], row])
  }

  @Test func anotherSeedGivesOtherDrills() throws {
    #expect(try run("shop.yaml", "--out", "one").status == 0)
    #expect(try run("shop.yaml", "--out", "two", "--seed", "8").status == 0)
    #expect(try table("one/shop-drills.csv") != table("two/shop-seed-8-drills.csv"))
  }

  @Test func aPartialOrChangedRunNeverReplacesTheFullReport() throws {
    #expect(try run("shop.yaml", "--format", "md,json").status == 0)
    let full = try files(in: "reports")
    let part = try run("shop.yaml", "--format", "md,json", "--disaster", "deletion", "--set", "window=1 d")
    #expect(part.output.contains("Not the whole scenario as its file states it."))
    let all = try files(in: "reports")
    for (name, content) in full { #expect(all[name] == content) }
    let markdown = try #require(all["shop-set-window-1-d-disaster-deletion.md"])
    let text = String(decoding: markdown, as: UTF8.self)
    #expect(text.contains("1 of 2 disasters (`deletion`)") && text.contains("`--set window=1 d`"))
    #expect(!text.contains("against every disaster)"))
  }

  @Test func aScenarioComesFromStandardInputAndTheOutcomeIsJSON() throws {
    let command = try Command(
      running: Command.executable, ["run", "-", "--json", "--format", "csv"], in: folder.path,
      input: SmallScenario.text)
    #expect(command.status == 0, "\(command.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any])
    let run = try #require((json["runs"] as? [[String: Any]])?.first)
    #expect(run["scenario"] as? String == "stdin" && run["verdict"] as? String == "met")
    #expect(try files(in: "reports").keys.sorted() == ["stdin-drills.csv", "stdin.csv"])
  }

  @Test func quietPrintsNothingAndKeepsTheCode() throws {
    let command = try run("shop.yaml", "--format", "csv", "-q", "--set", "objectives.rto=1 h")
    #expect(command.status == 1 && command.output.isEmpty && command.errors.isEmpty)
  }

  private func table(_ name: String) throws -> [String] {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).split(separator: "\r\n").map(
      String.init)
  }
}

@Suite struct RunCommandErrors {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  /// Runs what must be refused before anything is rehearsed, and returns what it said.
  private func refused(_ arguments: [String]) throws -> String {
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let command = try Command(running: Command.executable, ["run"] + arguments, in: folder.path)
    #expect(command.status == 2)
    #expect(command.output.isEmpty)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == before)
    return command.errors
  }

  @Test func theErrorsOfAllFilesAreToldBeforeAnythingRuns() throws {
    try folder.write("title: A\n", to: "bad.yaml")
    let errors = try refused(["shop.yaml", "bad.yaml", "nowhere.yaml"])
    #expect(errors.contains("bad.yaml:1:1: error: "))
    #expect(errors.contains("nowhere.yaml: error: there is no such file\n"))
  }

  @Test(arguments: [
    [], ["shop.yaml", "--jobs", "0"], ["shop.yaml", "--jobs", "many"], ["shop.yaml", "--seed", "-1"],
    ["shop.yaml", "--seed", "1.5"], ["shop.yaml", "--scale", "0"], ["shop.yaml", "--scale", "2/3"],
    ["shop.yaml", "--format", "xml"], ["shop.yaml", "--format", ""], ["shop.yaml", "--at", "noon"],
    ["shop.yaml", "--colour"],
  ])
  func whatIsTypedWrongIsRefusedWithTheUsage(_ arguments: [String]) throws {
    #expect(try refused(arguments).contains("Usage: firedrill run"))
  }

  @Test func aNameThatIsNotInTheScenarioIsToldWithTheNearest() throws {
    let errors = try refused(["shop.yaml", "--strategy", "nightli", "--disaster", "fire"])
    #expect(errors.contains("--strategy: error: shop.yaml has no 'nightli'\nhint: did you mean 'nightly'?"))
    #expect(errors.contains("--disaster: error: shop.yaml has no 'fire'\n"))
  }

  @Test func anInstantOutsideTheWindowIsRefusedWithTheWindow() throws {
    let errors = try refused(["shop.yaml", "--at", "2026-03-03T23:59:59Z"])
    #expect(errors.contains("hint: write an instant from 2026-03-04T00:00:00Z to 2026-03-06T00:00:00Z"))
  }

  @Test func twoScenariosOfOneNameAreRefused() throws {
    #expect(try refused(["shop.yaml", "./shop.yaml"]).contains("another scenario is named 'shop' too"))
  }

  @Test(arguments: ["/proc/firedrill", "/dev/null", "shop.yaml", "shop.yaml/below"])
  func anOutputFolderThatCannotBeWrittenIsFoundBeforeTheRun(_ path: String) throws {
    #expect(try refused(["shop.yaml", "--out", path]).hasPrefix("\(path): error: "))
  }

  @Test func aReportWhosePlaceIsTakenIsFoundBeforeTheRun() throws {
    let blocked = "\(folder.path)/reports/shop.csv"
    try FileManager.default.createDirectory(atPath: blocked, withIntermediateDirectories: true)
    let errors = try refused(["shop.yaml", "--format", "csv"])
    #expect(errors.hasPrefix("reports/shop.csv: error: a folder has the name of a report\n"))
  }
}
