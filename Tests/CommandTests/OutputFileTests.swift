import Foundation
import Testing

/// The files that commands write: what a user names as a file is never replaced when it is more than a file.
@Suite struct OutputFileTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  private func shell(_ script: String) throws -> Command {
    let program = Command.executable.path
    return try Command(
      running: URL(filePath: "/bin/bash"), ["-c", "F='\(program)'; \(script)"], in: folder.path)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
  }

  @Test func whatIsNoRegularFileIsWrittenIntoAndStays() throws {
    let command = try shell(
      """
      mkfifo pipe; echo old >real; ln -s real link; ln -s missing dangling; ln -s /proc/self/fd/1 stdout
      cat pipe >read & $F schema >/dev/null
      for t in pipe link dangling stdout; do $F calibrate --out $t --folder . >out-$t || exit 9; done; wait
      [ -p pipe ] && [ -L link ] && [ -L dangling ] && [ -L stdout ] && cmp -s real <(cat link) && echo well
      """)
    #expect(command.output.hasSuffix("well\n"), "\(command.output)\(command.errors)")
    for name in ["read", "real", "missing", "out-stdout"] {
      #expect(try text(name).contains("B/s"), "\(name) holds the profile")
    }
  }

  /// A command that waited for a reader without a limit would hold a CI job for hours.
  @Test func aPipeThatNobodyReadsIsAnErrorAndNoEndlessWait() throws {
    let command = try shell(
      "mkfifo pipe; timeout 60 $F calibrate --out pipe --folder .; echo $?; [ -p pipe ]")
    #expect(command.output == "2\n" && command.status == 0, "\(command.output)\(command.errors)")
    #expect(command.errors.contains("pipe: error: no program reads this pipe"))
  }

  @Test(.enabled(if: geteuid() == 0)) func aDeviceStaysADevice() throws {
    let command = try shell(
      "mknod -m 666 null c 1 3; $F calibrate --out null --folder . && [ -c null ] && echo well")
    #expect(command.output == "well\n", "\(command.errors)")
  }

  @Test func aRegularFileIsReplacedAtOnceAndKeepsItsMode() throws {
    let command = try shell(
      "echo old >file; chmod 640 file; exec 3<file; $F calibrate --out file --folder . && cat <&3 && stat -c %a file"
    )
    #expect(command.output == "old\n640\n", "a reader of the old file goes on reading it: \(command.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".part") })
  }

  /// Not even when what is printed is short, so that all of it is written at the very end.
  @Test(arguments: ["schema", "schema report", "validate shop.yaml", "--help", "vault --help", "--version"])
  func aFullStandardOutputIsNoSuccess(arguments: String) throws {
    let full = try shell("$F \(arguments) >/dev/full")
    #expect(full.status == 2 && full.errors.contains("standard output"), "\(full.errors)")
    let closed = try shell("$F \(arguments) >&-")
    #expect(closed.status == 2, "\(closed.errors)")
    #expect(try shell("$F \(arguments) >/dev/null").status == 0)
  }

  @Test func thePicturesOfAReportAreFoundWhateverItsScenarioIsCalled() throws {
    let command = try shell("cp shop.yaml 'dr plan #2?.yaml'; $F run 'dr plan #2?.yaml' --out o --format md")
    #expect(command.status <= 1, "\(command.errors)")
    let links = try text("o/dr plan #2?.md").matches(of: /!\[[^\]]*\]\(([^)]*)\)/).map { String($0.1) }
    #expect(!links.isEmpty)
    for link in links {
      #expect(!link.contains { " #?".contains($0) }, "\(link)")
      let name = try #require(link.removingPercentEncoding)
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/o/\(name)"), "\(link)")
    }
  }

  @Test func aScenarioMayComeFromAPipe() throws {
    #expect(try shell("cat shop.yaml | $F validate -").status == 0)
    #expect(try shell("$F validate <(cat shop.yaml)").status == 0)
  }

  @Test func aFileThatCannotBeMadeIsToldBeforeAnythingIsRehearsed() throws {
    let command = try shell("$F check shop.yaml --no-cache --junit missing/j.xml")
    #expect(command.status == 2 && command.errors.contains("missing/j.xml: error: the folder of this file"))
  }
}
