import Foundation

/// The same work done by another program, from its source in `Peers/`.
struct Peer {
  let name: String
  private let command: [String]

  /// A C++ program, compiled now with `c++ -O2`; `nil` when that fails.
  static func cxx(_ name: String, source: String) -> Peer? {
    let binary = FileManager.default.temporaryDirectory.appending(path: "firedrill-benchmark-\(source).out")
    guard output(of: ["c++", "-O2", "-std=c++17", "-o", binary.path, path(of: source)]) != nil else {
      return nil
    }
    return Peer(name: name, command: [binary.path])
  }

  /// A Python program; `nil` when it, or a module that it needs, does not run.
  static func python(_ name: String, source: String, module: String) -> Peer? {
    guard output(of: ["python3", "-c", "import \(module)"]) != nil else { return nil }
    return Peer(name: name, command: ["python3", path(of: source)])
  }

  /// The numbers that the program prints, `nil` when it fails.
  func run(_ arguments: [Int]) -> [Double]? {
    Self.output(of: command + arguments.map(String.init))?.split(whereSeparator: \.isWhitespace)
      .compactMap { Double($0) }
  }

  private static func path(of source: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers/\(source)").path
  }

  /// What a command prints, `nil` when it cannot be run or does not end with 0.
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
