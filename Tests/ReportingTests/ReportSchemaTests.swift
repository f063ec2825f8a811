import Foundation
import Reporting
import Testing

/// The published schema of reports: what is written keeps it, and it allows nothing else.
@Suite struct ReportSchemaTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func aReportKeepsItsSchema() throws {
    let report = try object(JSONReport(try SmallReport.report()).text)
    let schema = try object(JSONReport.schema)
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(complaints(report, schema, at: "").isEmpty, "\(complaints(report, schema, at: "").prefix(9))")
  }

  @Test func aReportWithTheFillOfVaultsKeepsItsSchema() throws {
    let report = try object(JSONReport(try FillFigureTests.report()).text)
    let schema = try object(JSONReport.schema)
    #expect(complaints(report, schema, at: "").isEmpty, "\(complaints(report, schema, at: "").prefix(9))")
  }

  @Test func aReportOfCopiesKeepsItsSchema() throws {
    let report = try object(JSONReport(try ReplicatedReport.report()).text)
    let schema = try object(JSONReport.schema)
    #expect(complaints(report, schema, at: "").isEmpty, "\(complaints(report, schema, at: "").prefix(9))")
  }

  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: reports.path).filter {
      $0.hasSuffix(".json")
    })
  func aDeliveredReportKeepsItsSchema(name: String) throws {
    let report = try object(String(contentsOf: Self.reports.appending(path: name), encoding: .utf8))
    let complaints = complaints(report, try object(JSONReport.schema), at: "")
    #expect(complaints.isEmpty, "\(complaints.prefix(9))")
  }

  private static let reports = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../reports").standardized

  @Test func whatIsNotInTheSchemaIsNoReport() throws {
    var report = try object(JSONReport(try SmallReport.report()).text)
    report["extra"] = 1
    report["verdict"] = 7
    report["title"] = nil
    #expect(complaints(report, try object(JSONReport.schema), at: "").count == 3)
  }

  /// As much of JSON Schema as the schema uses.
  private func complaints(_ value: Any, _ reference: [String: Any], at path: String) -> [String] {
    let schema = definition(of: reference)
    let types = (schema["type"] as? [String]) ?? [schema["type"] as? String].compactMap { $0 }
    guard types.isEmpty || types.contains(type(of: value)) else { return ["\(path): not \(types)"] }
    if let constant = schema["const"] as? String, value as? String != constant {
      return ["\(path): not \(constant)"]
    }
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
        "\(path): no \($0)"
      }
      let other = schema["additionalProperties"] as? [String: Any]
      return missing
        + object.sorted { $0.key < $1.key }.flatMap { key, item -> [String] in
          guard let schema = properties[key] ?? other else { return ["\(path): unknown \(key)"] }
          return complaints(item, schema, at: "\(path).\(key)")
        }
    }
    let items = schema["items"] as? [String: Any] ?? [:]
    return (value as? [Any] ?? []).enumerated().flatMap { complaints($1, items, at: "\(path).\($0)") }
  }

  private let definitions: [String: [String: Any]]

  init() throws {
    let schema = try JSONSerialization.jsonObject(with: Data(JSONReport.schema.utf8)) as? [String: Any]
    definitions = schema?["$defs"] as? [String: [String: Any]] ?? [:]
  }

  private func definition(of schema: [String: Any]) -> [String: Any] {
    guard let name = (schema["$ref"] as? String)?.split(separator: "/").last else { return schema }
    return definitions[String(name)] ?? [:]
  }

  private func type(of value: Any) -> String {
    switch value {
    case is NSNull: "null"
    case is String: "string"
    case is [Any]: "array"
    case is [String: Any]: "object"
    case let number as NSNumber: isTruth(number) ? "boolean" : "integer"
    default: "unknown"
    }
  }

  private func isTruth(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
