import Foundation
import Retention
import Schedules
import Testing
import Units

/// Random policies over random histories, decided by the tool itself and by its dialect.
///
/// `FIREDRILL_TOOLS=300` sets how many policies are compared; without it the tools are not run, for each takes minutes.
@Suite(.serialized) struct RealToolTests {
  private static let count = ProcessInfo.processInfo.environment["FIREDRILL_TOOLS"].flatMap(Int.init) ?? 0

  /// The paths of a tool in the search path, all its versions; none unless they are asked for.
  private static func executables(_ tool: String) -> [String] {
    guard count > 0 else { return [] }
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = folders.map { "\($0)/\(tool)" }.filter { FileManager.default.isExecutableFile(atPath: $0) }
    // /bin is /usr/bin on most systems.
    return paths.reduce(into: []) { if !$0.contains($1), !$1.hasPrefix("/bin/") { $0.append($1) } }
  }

  private static func canRun(_ tool: String) -> Bool { !executables(tool).isEmpty }

  private static let isMissing: Comment = "the tool is not installed, or FIREDRILL_TOOLS is not set"

  private func run(_ tool: String, _ arguments: [String], _ environment: [String: String], in folder: String)
    throws
    -> String
  {
    let process = Process()
    process.executableURL = URL(filePath: tool)
    process.arguments = arguments
    process.environment = environment.merging(["HOME": folder, "TZ": "UTC", "LC_ALL": "C.UTF-8"]) { $1 }
    process.currentDirectoryURL = URL(filePath: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(tool) \(arguments): \(text)")
    return text
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "firedrill-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "data".write(toFile: "\(folder)/file", atomically: true, encoding: .utf8)
    try body(folder)
  }

  /// Instants before now, some close together, some years apart.
  private func history(_ stream: inout RandomStream, before now: Instant) -> [Instant] {
    var second = now.wholeSeconds - 3_600
    return (0..<24).map { _ in
      let steps = [90, 4_000, 30_000, 86_400, 700_000, 3_000_000]
      second -= steps[Int(stream.below(6))] + Int(stream.below(4_000))
      return Instant(second: second)
    }
  }

  @Test(.enabled(if: canRun("restic"), isMissing)) func resticDecidesTheSame() throws {
    try withFolder { folder in
      let environment = ["RESTIC_REPOSITORY": "\(folder)/repository", "RESTIC_PASSWORD": "x"]
      let restic = Self.executables("restic")[0]
      _ = try run(restic, ["init"], environment, in: folder)
      var stream = RandomStream(seed: 1, stream: "restic")
      let now = Instant(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000)
      var points: [ArchivedPoint] = []
      for instant in history(&stream, before: now) {
        let text = "\(instant)".replacingOccurrences(of: "T", with: " ").dropLast()
        _ = try run(restic, ["backup", "--time", String(text), "file"], environment, in: folder)
        points.append(ArchivedPoint(name: "\(instant)", instant: instant))
      }
      for _ in 0..<Self.count {
        var rules = ResticForget()
        var arguments = ["forget", "--dry-run", "--json"]
        for period in ResticForget.Period.allCases where stream.below(2) == 0 {
          rules.counts[period.rawValue] = 1 + Int(stream.below(8))
          arguments += ["--keep-\(period)", "\(rules.counts[period.rawValue])"]
        }
        if stream.below(3) == 0 || arguments.count == 3 {
          rules.within = try ResticForget.Interval(
            parsing: "\(1 + stream.below(9))m\(1 + stream.below(40))d\(1 + stream.below(50))h")
          arguments += ["--keep-within", "\(rules.within)"]
        }
        let text = try run(restic, arguments, environment, in: folder)
        let json = text.split(separator: "\n").first { $0.hasPrefix("[") } ?? "[]"
        let groups = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]] ?? []
        let kept = groups.flatMap { $0["keep"] as? [[String: Any]] ?? [] }.compactMap {
          $0["time"] as? String
        }
        #expect(kept.sorted() == Dialect.restic(rules).kept(points, at: now).keys.sorted(), "\(arguments)")
      }
    }
  }

  @Test(.enabled(if: canRun("borg"), isMissing), arguments: executables("borg"))
  func borgDecidesTheSame(_ borg: String) throws {
    try withFolder { folder in
      let environment = [
        "BORG_REPO": "\(folder)/repository", "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
      ]
      let hasQuarters = try run(borg, ["prune", "--help"], environment, in: folder).contains(
        "--keep-13weekly")
      _ = try run(borg, ["init", "-e", "none"], environment, in: folder)
      var stream = RandomStream(seed: 2, stream: "borg")
      let now = Instant(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000)
      var points: [ArchivedPoint] = []
      for (place, instant) in history(&stream, before: now).enumerated() {
        let stamp = String("\(instant)".dropLast())
        _ = try run(borg, ["create", "--timestamp", stamp, "::a\(place)", "file"], environment, in: folder)
        points.append(ArchivedPoint(name: "a\(place)", instant: instant))
      }
      for _ in 0..<Self.count {
        var rules = BorgPrune()
        var arguments = ["prune", "--dry-run", "--list"]
        // The two kinds of quarters exclude each other.
        let quarter = ["quarterly_13weekly", "quarterly_3monthly"][Int(stream.below(2))]
        for rule in BorgPrune.Rule.allCases where stream.below(2) == 0 {
          if rule.word.hasPrefix("quarterly"), !hasQuarters || rule.word != quarter { continue }
          rules.counts[rule.rawValue] = 1 + Int(stream.below(8))
          let word = rule.word.replacing("quarterly_", with: "")
          arguments += ["--keep-\(word)", "\(rules.counts[rule.rawValue])"]
        }
        if stream.below(3) == 0 || arguments.count == 3 {
          let text = "\(1 + stream.below(60))\(["H", "d", "w", "m"][Int(stream.below(4))])"
          rules.within = try BorgPrune.interval(parsing: text)
          arguments += ["--keep-within", text]
        }
        let text = try run(borg, arguments, environment, in: folder)
        let kept = text.split(separator: "\n").filter { $0.hasPrefix("Keeping archive") }.compactMap { line in
          line.split(separator: ":").dropFirst(2).first.flatMap { $0.split(separator: " ").first }.map(
            String.init)
        }
        #expect(kept.sorted() == Dialect.borg(rules).kept(points, at: now).keys.sorted(), "\(arguments)")
      }
    }
  }

  /// A random course of runs; after each, every slot holds the same point.
  @Test(.enabled(if: canRun("rsnapshot") && canRun("rsync"), isMissing)) func rsnapshotDecidesTheSame() throws
  {
    var stream = RandomStream(seed: 3, stream: "rsnapshot")
    for _ in 0..<(Self.count + 49) / 50 {
      try withFolder { folder in
        let levels = ["hourly", "daily", "weekly"].map { name in
          RsnapshotLevels.Level(name: name, count: 2 + Int(stream.below(3)))
        }
        let lines =
          [
            ["config_version", "1.2"], ["snapshot_root", "\(folder)/root/"],
            ["cmd_rsync", Self.executables("rsync")[0]],
            ["cmd_cp", "/bin/cp"], ["cmd_rm", "/bin/rm"], ["lockfile", "\(folder)/lock"], ["verbose", "1"],
          ] + levels.map { ["retain", $0.name, "\($0.count)"] } + [["backup", "\(folder)/data/", "host/"]]
        try lines.map { $0.joined(separator: "\t") }.joined(separator: "\n").appending("\n")
          .write(toFile: "\(folder)/conf", atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(
          atPath: "\(folder)/data", withIntermediateDirectories: true)
        var slots = RsnapshotSlots(RsnapshotLevels(levels))
        for point in 0..<50 {
          let level = [0, 0, 0, 1, 1, 2][Int(stream.below(6))]
          // A name of its own: rsync takes a file of the same size and second for unchanged.
          try? FileManager.default.removeItem(atPath: "\(folder)/data/\(point - 1)")
          try "x".write(toFile: "\(folder)/data/\(point)", atomically: true, encoding: .utf8)
          _ = try run(
            Self.executables("rsnapshot")[0], ["-c", "\(folder)/conf", levels[level].name], [:], in: folder)
          _ = slots.run(level: level, point: point)
          for (place, level) in levels.enumerated() {
            for slot in 0..<level.count {
              let path = "\(folder)/root/\(level.name).\(slot)/host\(folder)/data"
              let made = try? FileManager.default.contentsOfDirectory(atPath: path).first
              #expect(slots[place, slot].map(String.init) == made, "\(level.name).\(slot) at \(point)")
            }
          }
        }
      }
    }
  }
}
