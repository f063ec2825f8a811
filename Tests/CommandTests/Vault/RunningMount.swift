import Foundation
import Testing

/// A vault that the built executable has mounted on a directory of its own.
final class RunningMount {
  let path: String
  private let process = Process()
  private let errorPipe = Pipe()
  private(set) var errors = ""

  static var isPossible: Bool {
    geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0
  }

  /// Returns when the directory is mounted.
  init(_ site: VaultFixture, _ point: String...) throws {
    path = "\(site.scratch.path)/mount-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    process.executableURL = Command.executable
    process.arguments = site.arguments("mount", point + [path])
    let output = Pipe()
    process.standardOutput = output
    process.standardError = errorPipe
    try process.run()
    let first = output.fileHandleForReading.availableData
    let text = String(decoding: first, as: UTF8.self)
    if !text.hasPrefix("mounted") { _ = try end(SIGTERM) }
    try #require(text.hasPrefix("mounted"), "\(text)\(errors)")
  }

  deinit {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    if isMounted { umount2(path, 2) }
  }

  /// Whether something is mounted on the directory.
  var isMounted: Bool {
    ((try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? "").contains(" \(path) ")
  }

  /// Sends a signal unless it is 0, and returns the exit code.
  func end(_ signal: Int32) throws -> Int32 {
    if signal != 0 { kill(process.processIdentifier, signal) }
    errors += String(decoding: errorPipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }
}

/// A number that several threads raise.
final class ErrorCount: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  var value: Int { lock.withLock { count } }
  func add() { lock.withLock { count += 1 } }
}
