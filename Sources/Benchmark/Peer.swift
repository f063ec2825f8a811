import Foundation

/// The same work by another program, from its source in `Peers/`.
struct Peer {
  let name: String
  private let command: [String]

  /// Compiles a C++ program with `c++ -O2`; `nil` when that fails.
  static func cxx(_ name: String, source: String) -> Peer? {
    let binary = FileManager.default.temporaryDirectory.appending(path: "firedrill-benchmark-\(source).out")
    guard output(of: ["c++", "-O2", "-std=c++17", "-o", binary.path, path(of: source)]) != nil else {
      return nil
    }
    return Peer(name: name, command: [binary.path])
  }

  /// Prepares a Python program; `nil` when it or a needed module does not run.
  static func python(_ name: String, source: String, module: String) -> Peer? {
    guard output(of: ["python3", "-c", "import \(module)"]) != nil else { return nil }
    return Peer(name: name, command: ["python3", path(of: source)])
  }

  /// Runs the program and returns its numbers; `nil` when it fails.
  func run(_ arguments: [Int]) -> [Double]? {
    Self.output(of: command + arguments.map(String.init))?.split(whereSeparator: \.isWhitespace)
      .compactMap { Double($0) }
  }

  private static func path(of source: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers/\(source)").path
  }

  /// Returns the output of a command; `nil` when it cannot be run or does not end with 0.
  private static func output(of command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
