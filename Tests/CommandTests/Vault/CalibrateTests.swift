import Testing

@Suite struct CalibrateCommandTests {
  @Test func aProfileIsReadByAScenario() throws {
    let folder = try ScratchFolder()
    let command = try Command("calibrate", "--out", "profile.yaml", in: folder.path)
    #expect(command.status == 0 && command.output.isEmpty)
    try folder.write(SmallScenario.text + "\nspeeds: profile.yaml\n", to: "small.yaml")
    let check = try Command("validate", "small.yaml", in: folder.path)
    #expect(check.status == 0, "\(check.errors)")
  }

  @Test func aFolderThatCannotBeWrittenIsTold() throws {
    let command = try Command("calibrate", "--folder", "/proc")
    #expect(command.status == 2 && command.output.isEmpty)
    #expect(command.errors.hasSuffix("hint: name another '--folder'\n"))
  }
}
