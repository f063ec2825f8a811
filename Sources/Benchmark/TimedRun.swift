import CLinux
import Foundation

/// One run of a program, with its time and resources.
struct TimedRun {
  let wallSeconds: Double
  let processorSeconds: Double
  let peakMebibytes: Double

  /// Runs a program; `nil` when it cannot be run or does not end with 0.
  ///
  /// - Parameter durable: Something on the file system on which all that the program writes must be durable before
  ///   the time stops; what was left to be written there before is written first, and free memory is fetched.
  init?(
    _ words: String..., environment: [String: String] = [:], in folder: String? = nil, durable: String? = nil
  ) {
    self.init(words: words, environment: environment, in: folder, durable: durable)
  }

  /// Runs a program with a list of words.
  init?(
    words: [String], environment: [String: String] = [:], in folder: String? = nil, durable: String? = nil
  ) {
    let words = (folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] } ?? []) + words
    var pointers = words.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { variables.forEach { free($0) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    let disk = durable.map { open($0, O_RDONLY) } ?? -1
    defer { if disk >= 0 { close(disk) } }
    if disk >= 0 {
      _ = syncfs(disk)
      fetchFreeMemory(mebibytes: 4_096)
    }
    let start = ContinuousClock.now
    guard posix_spawnp(&process, words[0], &actions, nil, &pointers, &variables) == 0 else { return nil }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process, status == 0 else { return nil }
    if disk >= 0 { _ = syncfs(disk) }
    let wall = (ContinuousClock.now - start).components
    wallSeconds = Double(wall.seconds) + Double(wall.attoseconds) * 1e-18
    processorSeconds =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    peakMebibytes = Double(usage.ru_maxrss) / 1_024
  }

  /// The executable beside this one.
  static var firedrill: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "firedrill").path
  }
}

/// A folder that is removed with its last reference.
final class BenchmarkFolder {
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory.appending(
        path: "firedrill-benchmark-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
      ).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the total size of all files below a folder.
  static func size(of folder: String) -> Int {
    let names = FileManager.default.enumerator(atPath: folder)
    var total = 0
    while names?.nextObject() != nil {
      if names?.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        total += names?.fileAttributes?[.size] as? Int ?? 0
      }
    }
    return total
  }
}
