import Foundation
import ScenarioLanguage
import Testing
import Units

/// An editor that checks by the schema and the tool accept the same quantities, and refuse the same.
@Suite struct SchemaAgreementTests {
  private static let numbers = ["1", "0", "1.5", "1_000", "12"]

  private static let durations =
    products(
      numbers,
      [
        "w", "week", "weeks", "d", "day", "days", "h", "hr", "hrs", "hour", "hours", "min", "mins", "minute",
        "minutes", "m", "s", "sec", "secs", "second", "seconds", "ms", "us", "ns",
      ]) + [
      "1h30m", "1 d 2 h", "6 h 7 min", "1 w 2 d 3 h 4 min 5 s", "PT15M", "P1DT2H", "P2W", "PT1.5S", "PT0S",
    ]

  private static let wrongDurations = [
    "15", "min", "-5 s", "1 month", "2 years", "1 h 1 h", "7 min 6 h", "P", "PT", "P1M", "P1Y", "P1DT",
    "PT1D",
    "1 hourly", "1,5 h", "1 h, 5 min", "h 1", "", "1 Min", "1 H",
  ]

  private static let sizes = products(
    numbers, ["B", "byte", "bytes", "kB", "MB", "GB", "TB", "KiB", "kiB", "MiB", "GiB", "TiB"])

  private static let wrongSizes = [
    "4", "4 G", "4 T", "4 gib", "4 gb", "4 KB", "4 Gb", "4 Gbit", "GiB", "-1 GiB", "1 GiB/s", "4 GHz",
  ]

  private static let rates = products(
    ["1", "10", "1.5"],
    [
      "B/s", "kB/s", "MB/s", "GiB/d", "MB/min", "GB/h", "bit/s", "kbit/s", "Mbit/s", "Gbit/s", "bps", "kbps",
      "Mbps", "Gbps", "Gb/s", "Mb/s", "kb/s", "MBps", "MB/sec", "MB/second", "GB/day", "GB/hour", "MB/minute",
    ])

  private static let wrongRates = [
    "1 Gbit", "10", "5/s", "5 MB", "1 gbps", "1 mbps", "1 MB/fortnight", "1 MB/s/s", "-1 MB/s", "1 Gb",
  ]

  private static func products(_ numbers: [String], _ units: [String]) -> [String] {
    units.flatMap { unit in
      // There is no half of a smallest unit.
      let isSmallest = ["ns", "B", "byte", "bytes", "bit/s", "bps"].contains(unit)
      return numbers.filter { !isSmallest || !$0.contains(".") }.flatMap {
        ["\($0) \(unit)", "\($0)\(unit)"]
      }
    }
  }

  private func pattern(_ path: [String]) throws -> Regex<AnyRegexOutput> {
    var schema = try #require(
      try JSONSerialization.jsonObject(with: Data(ScenarioFile.schema.utf8)) as? [String: Any])
    for key in path {
      if let entries = schema["additionalProperties"] as? [String: Any], key == "*" {
        schema = entries
      } else {
        schema = try #require((schema["properties"] as? [String: Any])?[key] as? [String: Any])
      }
    }
    return try Regex(try #require(schema["pattern"] as? String))
  }

  private func isRead<Q: Quantity>(_ type: Q.Type, _ text: String) -> Bool { (try? Q(parsing: text)) != nil }

  /// The faults of these texts, one line each.
  private func disagreements<Q: Quantity>(
    _ type: Q.Type, _ path: [String], good: [String], bad: [String]
  ) throws -> [String] {
    let pattern = try pattern(path)
    return try (good.map { ($0, true) } + bad.map { ($0, false) }).compactMap { text, isGood in
      let isMatched = try pattern.wholeMatch(in: text) != nil
      let isNegative = text.hasPrefix("-")
      let isRead = isRead(type, text) && !isNegative
      return isMatched == isGood && isRead == isGood
        ? nil : "'\(text)': schema \(isMatched), reader \(isRead), meant \(isGood)"
    }
  }

  @Test func schemaAndReaderAgreeOnEveryDurationThatPeopleType() throws {
    #expect(Self.durations.count + Self.wrongDurations.count > 150)
    #expect(
      try disagreements(
        Duration.self, ["objectives", "rpo"], good: Self.durations, bad: Self.wrongDurations
      ).isEmpty)
  }

  @Test func schemaAndReaderAgreeOnEverySizeThatPeopleType() throws {
    #expect(
      try disagreements(
        ByteCount.self, ["services", "*", "volumes", "*", "size"], good: Self.sizes, bad: Self.wrongSizes
      ).isEmpty)
  }

  @Test func schemaAndReaderAgreeOnEveryRateThatPeopleType() throws {
    #expect(
      try disagreements(
        ByteRate.self, ["links", "*", "rate"], good: Self.rates, bad: Self.wrongRates
      ).isEmpty)
  }

  @Test func theCommittedSchemaIsTheOneThatTheToolPrints() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../scenarios/schema.json").standardized
    #expect(try String(contentsOf: url, encoding: .utf8) == ScenarioFile.schema)
  }

  @Test func theCommittedReferenceIsTheOneThatTheToolPrints() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/firedrill/firedrill.docc/Keys.md").standardized
    #expect(try String(contentsOf: url, encoding: .utf8) == ScenarioFile.reference)
  }

  /// Counted in the schema that editors read, so that the reference leaves no key out.
  @Test func theReferenceHasEveryKeyWithItsMeaningAndAnExample() throws {
    let rows = ScenarioFile.reference.split(separator: "\n").filter { $0.hasPrefix("| `") }
    var keys: [String] = []
    func visit(_ value: Any) {
      if let list = value as? [Any] { list.forEach(visit) }
      guard let object = value as? [String: Any], object["deprecated"] == nil else { return }
      for (key, property) in object["properties"] as? [String: [String: Any]] ?? [:]
      where property["deprecated"] == nil {
        keys.append(key)
        let about = (property["description"] as? String ?? "").replacing("|", with: "\\|")
        let row = rows.first { $0.hasPrefix("| `\(key)` | ") && $0.contains(about) }
        #expect(row?.contains(" | `\(key): ") == true, "\(key)")
      }
      object.values.forEach(visit)
    }
    visit(try JSONSerialization.jsonObject(with: Data(ScenarioFile.schema.utf8)))
    #expect(keys.count == rows.count && keys.count > 200)
  }

  @Test func everySampleNamesItsSchemaAndWhatItsCheckBinds() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../scenarios").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml")
    }
    #expect(names.count > 8)
    for name in names {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(text.hasPrefix("# yaml-language-server: $schema=schema.json\n"), "\(name)")
      let scenario = try ScenarioFile(path: folder.appending(path: name).path).scenario
      #expect(scenario.chosen != nil && text.contains("\ncheck:"), "\(name)")
      #expect(scenario.boundStrategies() == [scenario.chosen], "\(name)")
    }
  }
}
