import Foundation
import Testing

/// `firedrill init` and `firedrill import` as a user runs them.
@Suite struct StartTests {
  @Test func theTemplatesAreListed() throws {
    let command = try Command("init", "--list")
    #expect(command.status == 0)
    #expect(command.output.split(separator: "\n").count == 5)
    for name in ["web-shop", "database", "file-server", "kubernetes", "branch-office"] {
      #expect(command.output.contains(name))
    }
  }

  @Test func aScriptWritesAScenarioThatValidates() throws {
    let folder = try ScratchFolder()
    let made = try Command(
      "init", "shop.yaml", "--template", "web-shop", "--rpo", "30 min", "--data", "2 TiB", in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let valid = try Command("validate", "shop.yaml", in: folder.path)
    #expect(valid.output.contains("ok: 3 services, 3 volumes, 6 disasters, 4 strategies"), "\(valid.errors)")
    let again = try Command("init", "shop.yaml", "--template", "database", in: folder.path)
    #expect(again.status == 2 && again.errors.contains("this file is there already"))
    #expect(
      try Command("init", "shop.yaml", "--template", "database", "--force", in: folder.path).status == 0)
  }

  @Test func withoutATerminalATemplateMustBeNamed() throws {
    let folder = try ScratchFolder()
    #expect(try Command("init", in: folder.path).status == 2)
    let wrong = try Command("init", "--template", "webshop", in: folder.path)
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'web-shop'?"), "\(wrong.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func anImportSaysFirstWhatIsNotProtected() throws {
    let folder = try ScratchFolder()
    try folder.write(
      """
      {"version": 4, "terraform_version": "1.9.0", "resources": [{"mode": "managed", "type": "aws_db_instance", "name": "main",
       "instances": [{"attributes": {"identifier": "main", "allocated_storage": 20, "engine": "mysql",
        "backup_retention_period": 0, "availability_zone": "eu-west-3c"}}]}]}
      """, to: "state.json")
    let command = try Command("import", "state.json", "--out", "scenario.yaml", in: folder.path)
    #expect(command.status == 0, "\(command.errors)")
    #expect(
      command.output.hasPrefix("not protected: the database 'main' has a backup retention of 0"),
      "\(command.output)")
    #expect(try Command("validate", "scenario.yaml", in: folder.path).status == 0)
  }

  @Test func nothingIsWrittenWhenAFileIsWrong() throws {
    let folder = try ScratchFolder()
    try folder.write("0 1 * * * restic backup /srv\n", to: "good")
    try folder.write("0 0 1 * * * restic backup /srv\n", to: "bad")
    let command = try Command("import", "good", "bad", "missing", "--out", "scenario.yaml", in: folder.path)
    #expect(command.status == 2)
    #expect(command.errors.contains("missing: error: there is no such file"), "\(command.errors)")
    let both = try Command("import", "good", "bad", "--out", "scenario.yaml", in: folder.path)
    #expect(
      both.status == 2 && both.errors.contains("bad:1:1: error: this line has six fields"), "\(both.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/scenario.yaml"))
  }
}
