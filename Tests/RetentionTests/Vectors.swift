import Foundation
import Retention
import Schedules
import Testing
import Units
import Zones

/// Test vectors that the real tools produced; they lie beside the repository.
enum Vectors {
  /// The folder of the vectors, seen from this file.
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../../shared/facts/vectors"
  ).standardizedFileURL.path

  private static let candidates = [folder, "../shared/facts/vectors"]

  static func path(_ tool: String) -> String? {
    candidates.map { "\($0)/\(tool).json" }.first { FileManager.default.fileExists(atPath: $0) }
  }

  static let areMissing: Comment = "the test vectors are not here"
  static func exist(_ tool: String) -> Bool { path(tool) != nil }

  static func load(_ tool: String) throws -> Object {
    let data = try Data(contentsOf: URL(filePath: try #require(path(tool))))
    return Object(try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]))
  }

  /// A JSON object with typed access.
  struct Object {
    private let members: [String: Any]

    init(_ members: [String: Any]) { self.members = members }

    var keys: [String] { members.keys.sorted() }
    func text(_ key: String) -> String { members[key] as? String ?? "" }
    func optionalText(_ key: String) -> String? { members[key] as? String }
    func number(_ key: String) -> Int { (members[key] as? NSNumber)?.intValue ?? 0 }
    func optionalNumber(_ key: String) -> Int? { (members[key] as? NSNumber)?.intValue }
    func texts(_ key: String) -> [String] { members[key] as? [String] ?? [] }
    func list(_ key: String) -> [Any] { members[key] as? [Any] ?? [] }
    func object(_ key: String) -> Object { Object(members[key] as? [String: Any] ?? [:]) }
    func objects(_ key: String) -> [Object] { (members[key] as? [[String: Any]] ?? []).map(Object.init) }
  }
}

extension Instant {
  /// ISO 8601 with an offset such as `+02:00` or `Z`, or without one as if UTC.
  static func iso(_ text: String) throws -> (instant: Instant, offset: Int) {
    let (local, offset) = split(text)
    let instant = try Instant(parsing: local.replacingOccurrences(of: " ", with: "T") + "Z")
    return (instant - .seconds(Int64(offset)), offset)
  }

  private static func split(_ text: String) -> (String, Int) {
    if text.hasSuffix("Z") { return (String(text.dropLast()), 0) }
    let tail = Array(text.suffix(6))
    guard tail.count == 6, tail[3] == ":", tail[0] == "+" || tail[0] == "-" else { return (text, 0) }
    let hours = Int(String(tail[1...2])) ?? 0
    let minutes = Int(String(tail[4...5])) ?? 0
    return (String(text.dropLast(6)), (hours * 3_600 + minutes * 60) * (tail[0] == "-" ? -1 : 1))
  }
}

extension Dialect {
  /// Names of the points that stay, with the rules that keep each.
  func kept(_ points: [ArchivedPoint], at now: Instant, zone: Zone = .utc) -> [String: Finding] {
    let findings = findings(on: points, at: now, zone: zone)
    return Dictionary(
      zip(points, findings).filter { $0.1.isKept }.map { ($0.0.name, $0.1) }, uniquingKeysWith: { $1 })
  }

  /// The names of the rules in a finding.
  func names(_ finding: Finding) -> [String] {
    ruleNames.enumerated().filter { finding.rules & (1 << UInt32($0.offset)) != 0 }.map(\.element)
  }
}
