import Foundation
import Testing

@Suite struct ValidateCommand {
  private let standard = Command.package.appending(path: "scenarios/backup.yaml").path

  @Test func aFileThatIsRightIsToldWithItsCountsAndCodeZero() throws {
    let command = try Command("validate", standard)
    #expect(command.status == 0)
    #expect(command.output.hasPrefix("\(standard): ok: "))
    #expect(command.output.contains(" strategies\n"))
    #expect(command.errors.isEmpty)
  }

  @Test func theErrorsOfAllFilesAreToldAndTheRightOnesStillPass() throws {
    let folder = try ScratchFolder()
    try folder.write("title: A\n", to: "a.yaml")
    try folder.write("title: [\n", to: "b.yaml")
    let command = try Command("validate", "a.yaml", standard, "b.yaml", "c.yaml", in: folder.path)
    #expect(command.status == 2)
    #expect(command.output.hasPrefix("\(standard): ok: "))
    let heads = command.errors.split(separator: "\n").filter { $0.contains("error: ") }
    #expect(heads.map { $0.prefix { $0 != " " } } == ["a.yaml:1:1:", "b.yaml:2:1:", "c.yaml:"])
    #expect(command.errors.hasSuffix("\n3 errors\n"))
  }

  @Test func aMissingFileEndsInCodeTwo() throws {
    let command = try Command("validate", "nowhere.yaml")
    #expect(command.status == 2)
    #expect(command.output.isEmpty)
    #expect(
      command.errors
        == "nowhere.yaml: error: there is no such file\nhint: check the path; it is relative to where you are\n"
    )
  }

  @Test func aSettingIsCheckedWithTheFile() throws {
    #expect(try Command("validate", standard, "--set", "objectives.rpo=1 h").status == 0)
    let command = try Command("validate", standard, "--set", "objectives.rpo=1")
    #expect(command.status == 2)
    #expect(
      command.errors == """
        --set objectives.rpo:1:1: error: '1' has no unit
        1
        ^
        hint: write the unit of the time, for example '15 min'

        """)
  }

  @Test func aFileThatMayNotBeReadEndsInCodeTwo() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("title: A\n", to: "secret.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    // The administrator may read everything, so another user is needed to see the refusal.
    let arguments = [Command.executable.path, "validate", path]
    let demotion = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    let isAdministrator = geteuid() == 0
    let setpriv = URL(filePath: "/usr/bin/setpriv")
    if isAdministrator {
      // The temporary folder and the executable must be within the other user's reach.
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
      let probe = try Command(running: setpriv, demotion + [Command.executable.path, "--help"])
      if probe.status != 0 { try Test.cancel("no other user can run the executable here") }
    }
    let command = try Command(
      running: isAdministrator ? setpriv : Command.executable,
      isAdministrator ? demotion + arguments : Array(arguments.dropFirst()))
    #expect(command.status == 2)
    #expect(
      command.errors
        == "\(path): error: you may not read this file\nhint: give yourself leave to read it, as with 'chmod u+r'\n"
    )
  }
}

@Suite struct CommandLineErrors {
  @Test(arguments: [["validate"], ["validate", "--strict"], ["schema", "x"], ["--nonsense"]])
  func whatIsTypedWrongEndsInCodeTwoAndTheUsage(arguments: [String]) throws {
    let command = try Command(running: Command.executable, arguments)
    #expect(command.status == 2)
    #expect(command.output.isEmpty)
    #expect(command.errors.hasPrefix("Error: ") && command.errors.contains("Usage: firedrill"))
  }

  @Test func helpIsNoError() throws {
    let command = try Command("--help")
    #expect(command.status == 0)
    #expect(command.output.contains("SUBCOMMANDS:"))
  }

  @Test func theSchemaIsJSON() throws {
    let command = try Command("schema")
    #expect(command.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    #expect((object as? [String: Any])?["title"] as? String == "firedrill scenario")
  }
}
