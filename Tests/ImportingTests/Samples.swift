import Documents
import Foundation
import Importing
import ScenarioLanguage
import Testing
import Units

/// The samples beside the project; a user's machine does not have them.
enum Samples {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/imports").standardized.path

  static var areThere: Bool { FileManager.default.fileExists(atPath: folder) }

  /// The names of all samples, without the list of them.
  static var names: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0 != "README.md" }.sorted()
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try #require(FileManager.default.contents(atPath: "\(folder)/\(name)")))
  }

  static func findings(_ names: String...) throws -> Findings {
    try Importer.findings(in: names.map { (name: $0, bytes: try bytes($0)) })
  }
}

extension Findings {
  /// The findings of a text under a file's name.
  init(_ text: String, named name: String = "file", _ options: ImportOptions = ImportOptions())
    throws(InputError)
  {
    self = try Importer.findings(in: name, Array(text.utf8), options)
  }

  /// The bytes written to a device.
  func written(_ device: String) -> ByteCount? { loads.first { $0.device == device }?.written }

  var rules: [String] { policies.flatMap(\.schedules).map(\.rule) }

  /// The scenario that they make, read back.
  func scenario(_ options: ImportOptions = ImportOptions()) throws -> ScenarioFile {
    let imported = Importer.scenario(from: self, title: "Test", options)
    return try ScenarioFile(SourceText(name: "imported.yaml", text: imported.textWithoutFiles))
  }
}

/// The first error of a text, as `line: message; hint`.
func firstError(_ text: String, named name: String = "file") -> String? {
  do throws(InputError) {
    _ = try Findings(text, named: name)
    return nil
  } catch {
    let first = error.diagnostics[0]
    return "\(first.line): \(first.message); \(first.hint)"
  }
}
