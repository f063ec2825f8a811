import Foundation
import Testing

/// `firedrill report`, `diff`, `completion`, `man`, and what is said of a command that does not exist.
@Suite struct StoredReportTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
    _ = try Command("run", "shop.yaml", "--format", "json", in: folder.path)
  }

  @Test(arguments: ["html", "md", "csv"])
  func aStoredReportIsRenderedWithoutARun(_ format: String) throws {
    let command = try Command("report", "reports/shop.json", "--format", format, in: folder.path)
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("nightly") && command.output.contains("array-failure"))
    #expect(format == "csv" || command.output.contains("For the auditor"))
  }

  @Test func aReportIsPrintedAsPDFWhereChromiumIs() throws {
    let command = try Command(
      "report", "reports/shop.json", "--format", "pdf", "--out", "shop.pdf", in: folder.path)
    guard command.status == 0 else {
      #expect(command.errors.contains("Chromium") || command.errors.contains("printed nothing"))
      return
    }
    let bytes = try Data(contentsOf: URL(filePath: "\(folder.path)/shop.pdf"))
    #expect(bytes.starts(with: Data("%PDF".utf8)))
  }

  @Test func twoReportsAreComparedValueByValue() throws {
    let same = try Command("diff", "reports/shop.json", "reports/shop.json", in: folder.path)
    #expect(same.status == 0 && same.output == "no difference\n")
    _ = try Command(
      "run", "shop.yaml", "--format", "json", "--set", "people.declare=2 h", in: folder.path)
    let other = try Command(
      "diff", "reports/shop.json", "reports/shop-set-people.declare-2-h.json", in: folder.path)
    #expect(other.status == 1)
    #expect(other.output.contains("setting people.declare: 10 min -> 2 h"))
    #expect(other.output.contains("worse  rto.max of nightly against deletion:"))
  }

  @Test func aMisspeltCommandIsToldWithTheNearest() throws {
    let command = try Command("rnu", "shop.yaml", in: folder.path)
    #expect(command.status == 2)
    #expect(command.errors.contains("there is no command 'rnu'\nhint: did you mean 'run'?"))
    #expect(try Command("vault", "bakup", in: folder.path).errors.contains("did you mean 'backup'?"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func everyShellGetsACompletionScript(_ shell: String) throws {
    let command = try Command("completion", shell)
    #expect(
      command.status == 0 && command.output.contains("firedrill") && command.output.contains("validate"))
  }

  @Test func theManPageNamesEveryCommand() throws {
    let page = try Command("man").output
    #expect(page.hasPrefix(".TH FIREDRILL 1"))
    for name in ["run", "check", "report", "diff", "vault backup", "explain", "completion"] {
      #expect(page.contains(".SS firedrill \(name)"), "\(name)")
    }
  }

  @Test func jsonIsPrintedForValidateAndExplain() throws {
    let valid = try Command("validate", "shop.yaml", "--json", in: folder.path)
    #expect(valid.status == 0 && valid.output.contains("\"is_valid\": true"))
    let explained = try Command(
      "explain", "reports/shop.json", "strategies.nightly.protection.backups_failed", "--json",
      in: folder.path)
    #expect(explained.status == 0 && explained.output.contains("No backup failed"))
  }
}
