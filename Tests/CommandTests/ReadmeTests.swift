import Foundation
import Testing

/// The commands of the README do what it says.
@Suite(.serialized) struct ReadmeTests {
  private let folder: ScratchFolder
  private let readme: String

  init() throws {
    folder = try ScratchFolder()
    readme = try String(contentsOf: Command.package.appending(path: "README.md"), encoding: .utf8)
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/scenarios", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Command.package.appending(path: "scenarios/shop.yaml"),
      to: URL(filePath: "\(folder.path)/scenarios/shop.yaml"))
  }

  /// A command line of the README, run by a shell with the built executable in the place of the installed one.
  private func shell(_ line: String) throws -> Command {
    let command = line.replacing(".build/release/firedrill", with: "firedrill")
      .replacing("firedrill ", with: "'\(Command.executable.path)' ")
    return try Command(
      running: URL(filePath: "/bin/sh"), ["-c", command], in: folder.path,
      environment: [
        "GITHUB_STEP_SUMMARY": "\(folder.path)/summary.md", "XDG_CACHE_HOME": "\(folder.path)/cache",
      ])
  }

  private func lines(with beginning: String) -> [String] {
    readme.split(separator: "\n").filter { $0.hasPrefix(beginning) }.map {
      String($0.dropFirst(beginning.count))
    }
  }

  @Test func theJobIsGreenAndTurnsRedWithTheLineOfALengthenedInterval() throws {
    let baseline = try #require(
      readme.split(separator: "`").first { $0.hasSuffix("--save-baseline baseline") })
    let made = try shell(String(baseline))
    #expect(made.status == 0, "\(made.output)\(made.errors)")
    let job = try #require(lines(with: "      - run: ").first { $0.contains("firedrill check") })
    let green = try shell(job)
    #expect(green.status == 0, "\(green.output)\(green.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/check.sarif"))
    let path = "\(folder.path)/scenarios/shop.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lengthened = text.replacing("FREQ=HOURLY;", with: "FREQ=HOURLY;INTERVAL=12;")
    #expect(lengthened != text)
    try lengthened.write(toFile: path, atomically: false, encoding: .utf8)
    let red = try shell(job)
    #expect(red.status == 1, "\(red.output)\(red.errors)")
    let line = try #require(
      lengthened.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
        $0.contains("INTERVAL=12")
      })
    #expect(red.output.contains("scenarios/shop.yaml:\(line + 1): failed: rpo."))
    #expect(red.output.contains("schedule changed from"))
  }

  /// The state has a server and a database without backups; iostat measured two minutes of the server's disk.
  @Test func aStateAndAnIostatFileBecomeAReport() throws {
    let state = """
      {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "resources": [
       {"mode": "managed", "type": "aws_instance", "name": "web", "instances": [{"attributes": {"id": "i-1",
        "instance_type": "t3.small", "availability_zone": "eu-west-1a",
        "root_block_device": [{"volume_id": "vol-1", "volume_size": 20, "device_name": "/dev/xvda"}]}}]},
       {"mode": "managed", "type": "aws_db_instance", "name": "main", "instances": [{"attributes": {"id": "db",
        "identifier": "main", "engine": "postgres", "allocated_storage": 20, "backup_retention_period": 0,
        "backup_window": "03:00-03:30", "availability_zone": "eu-west-1a"}}]}]}
      """
    let interval = """
      {"disk": [{"disk_device": "vda", "tps": 9.0, "kB_read/s": 0.0, "kB_wrtn/s": 50.0, "kB_read": 0, "kB_wrtn": 3000}]}
      """
    let iostat =
      "{\"sysstat\": {\"hosts\": [{\"nodename\": \"h\", \"statistics\": [\(interval), \(interval)]}]}}"
    for (name, text) in [("terraform.tfstate", state), ("iostat.json", iostat)] {
      try text.write(toFile: "\(folder.path)/\(name)", atomically: false, encoding: .utf8)
    }
    let chain = try #require(
      readme.split(separator: "`").first { $0.hasPrefix("firedrill import terraform.tfstate") })
    #expect(chain.contains("&& firedrill run"))
    let run = try shell(String(chain))
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    #expect(run.output.hasPrefix("not protected: the database 'main' has a backup retention of 0"))
    let scenario = try String(contentsOfFile: "\(folder.path)/mine.yaml", encoding: .utf8)
    #expect(scenario.contains("rate: 51.2 kB/s # iostat.json"))
    let report = try String(contentsOfFile: "\(folder.path)/reports/mine.md", encoding: .utf8)
    #expect(report.contains("nightly-elsewhere"))
  }

  @Test func theFirstRunPrintsWhatTheReadmeShows() throws {
    let run = try shell("firedrill run scenarios/shop.yaml")
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    let shown = try #require(readme.components(separatedBy: "Its real output:\n\n```\n").last)
      .components(separatedBy: "\n```\n")[0]
    let table = run.output.components(separatedBy: "\nwrote ")[0].components(separatedBy: "\n\n")
      .dropFirst().joined(separator: "\n\n")
    let isShown = table.trimmingCharacters(in: .newlines) == shown.trimmingCharacters(in: .newlines)
    #expect(isShown, "the README shows another output than:\n\(table)")
  }
}
