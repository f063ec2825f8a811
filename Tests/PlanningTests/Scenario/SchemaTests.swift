import Foundation
import ScenarioLanguage
import Testing

/// The schema and the reader come from one declaration; these tests hold them to each other from outside.
@Suite struct ScenarioSchema {
  private let schema: [String: Any]

  init() throws {
    let object = try JSONSerialization.jsonObject(with: Data(ScenarioFile.schema.utf8))
    schema = try #require(object as? [String: Any])
  }

  /// Every object of the schema, at any depth.
  private func objects(in value: Any) -> [[String: Any]] {
    if let list = value as? [Any] { return list.flatMap(objects(in:)) }
    guard let object = value as? [String: Any] else { return [] }
    return [object] + object.keys.sorted().flatMap { object[$0].map(objects(in:)) ?? [] }
  }

  @Test func itIsADraft2020Schema() {
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    let required = schema["required"] as? [String] ?? []
    #expect(
      required.contains("objectives") && required.contains("strategies") && !required.contains("vaults"))
  }

  @Test func everyMappingIsClosedAndEveryKeyIsDescribed() {
    let mappings = objects(in: schema).filter { $0["type"] as? String == "object" }
    #expect(mappings.count > 20)
    for mapping in mappings {
      #expect(mapping["additionalProperties"] != nil)
      for (key, value) in mapping["properties"] as? [String: [String: Any]] ?? [:] {
        #expect((value["description"] as? String)?.isEmpty == false, "\(key)")
      }
    }
  }

  @Test func everyReferenceHasItsDefinition() {
    let definitions = schema["$defs"] as? [String: Any] ?? [:]
    let references = objects(in: schema).compactMap { $0["$ref"] as? String }
    #expect(!references.isEmpty)
    for reference in references {
      #expect(definitions[reference.replacing("#/$defs/", with: "")] != nil, "\(reference)")
    }
  }

  @Test func everyExampleMatchesItsPattern() throws {
    let patterned = objects(in: schema).filter { $0["pattern"] is String && $0["examples"] is [String] }
    #expect(patterned.count > 20)
    for object in patterned {
      let pattern = try Regex(try #require(object["pattern"] as? String))
      for example in object["examples"] as? [String] ?? [] {
        #expect(example.wholeMatch(of: pattern) != nil, "\(example)")
      }
    }
  }

  /// The editor and the reader accept the same quantities.
  @Test(arguments: [
    (
      "objectives", "rpo", ["15 min", "6 h 7 min", "1.5 s", "1_000 ms", "0 s", "24h", "1 w 2 d"],
      ["15", "min", "-5 s", "1 fortnight"]
    )
  ])
  func patternsAndParsersAgreeOnDurations(section: String, key: String, good: [String], bad: [String]) throws
  {
    let properties = try #require(
      ((schema["properties"] as? [String: Any])?[section] as? [String: Any])?["properties"] as? [String: Any])
    let pattern = try #require((properties[key] as? [String: Any])?["pattern"] as? String)
    for text in good + bad {
      let isRead = Shop.errors(in: Shop.text, settings: ["\(section).\(key)=\(text)"]).isEmpty
      let isMatched = text.wholeMatch(of: try Regex(pattern)) != nil
      #expect(isRead == good.contains(text) && isMatched == good.contains(text), "\(text)")
    }
  }

  @Test func patternsAndParsersAgreeOnSizesRatesAndShares() throws {
    let patterns = Set(objects(in: schema).compactMap { $0["pattern"] as? String })
    let cases: [(setting: String, good: [String], bad: [String])] = [
      ("services.database.volumes.db-data.size", ["4 GiB", "4.5 TB", "8192 KiB"], ["4", "4 G", "4 gib"]),
      ("links.backbone.rate", ["1 Gbit/s", "1.2 MB/s", "30 GiB/d"], ["1 Gbit", "10 mbps", "5/s"]),
    ]
    for (setting, good, bad) in cases {
      let fitting = try patterns.filter { pattern in
        try good.allSatisfy { $0.wholeMatch(of: try Regex(pattern)) != nil }
      }
      #expect(fitting.count == 1, "\(setting)")
      for text in bad {
        #expect(!Shop.errors(in: Shop.text, settings: ["\(setting)=\(text)"]).isEmpty, "\(text)")
        #expect(try fitting.allSatisfy { text.wholeMatch(of: try Regex($0)) == nil }, "\(text)")
      }
      for text in good {
        #expect(Shop.errors(in: Shop.text, settings: ["\(setting)=\(text)"]).isEmpty, "\(text)")
      }
    }
  }
}
