import Documents
import Testing
import Units

/// Bad input ends in a diagnostic, never in a trap, a hang or a full memory.
@Suite struct HostileTexts {
  private func firstError(in text: String) -> String {
    Shop.errors(in: text).first.map { String($0.prefix { $0 != "\n" }) } ?? "no error"
  }

  @Test(arguments: ["", "\n\n", "# only a comment\n", "---\n", "~", "\u{FEFF}"])
  func aTextWithNothingInItIsToldSo(text: String) {
    #expect(firstError(in: text) == "shop.yaml:1:1: error: there is nothing in here")
  }

  enum Nesting: CaseIterable {
    case openBrackets, closedBrackets, braces, dashes, indentation

    var text: String {
      switch self {
      case .openBrackets: String(repeating: "[", count: 100_000)
      case .closedBrackets: String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
      case .braces: String(repeating: "{a: ", count: 10_000)
      case .dashes: String(repeating: "- ", count: 100_000)
      case .indentation: (0..<900).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
      }
    }
  }

  @Test(arguments: Nesting.allCases)
  func nestingIsBounded(nesting: Nesting) {
    let errors = Shop.errors(in: nesting.text)
    #expect(errors.contains { $0.contains("error: values are nested more than 64 deep") })
  }

  @Test func keysOfKeysOfKeysAreRefused() {
    let text = String(repeating: "{", count: 400) + "a" + String(repeating: "}", count: 400)
    #expect(Shop.errors(in: text).contains { $0.contains("error: a key cannot be a list or a mapping") })
  }

  @Test func ampersandsAndAsterisksInsideTextsStayWhatTheyAre() throws {
    let text = Shop.text(with: "title: R&D *and* \"a * b\"", for: "title: A shop")
      .replacing("title: Hourly", with: "title: '*Hourly* & '")
    #expect(firstError(in: text).contains("this is not YAML"))
    let scenario = try Shop.read(Shop.text(with: "title: R&D, a * b & c *d*", for: "title: A shop"))
    #expect(scenario.title == "R&D, a * b & c *d*")
    let quoted = try Shop.read(Shop.text(with: "title: '*A* & b'", for: "title: A shop"))
    #expect(quoted.title == "*A* & b")
  }

  @Test(arguments: [
    ("title: A\n---\ntitle: B\n", "2:1: error: a second document begins here"),
    ("title: A\nobjectives:\n\trpo: 1 h\n", "3:1: error: a tab indents this line"),
    ("title: \"A\nseed: 1\n", "3:1: error: this is not YAML: found unexpected end of stream"),
    ("title: A: b\n", "1:9: error: this is not YAML: mapping values are not allowed in this context"),
    ("- a\n- b\n", "1:1: error: a mapping is expected here, not a list"),
    ("just words\n", "1:1: error: a mapping is expected here, not a single value"),
  ])
  func whatIsNotASingleMappingIsTold(text: String, head: String) {
    #expect(firstError(in: text).hasPrefix("shop.yaml:\(head)"), "\(Shop.errors(in: text))")
  }

  @Test func aLongLineIsShownByItsNeighbourhood() throws {
    let text = "title: " + String(repeating: "x", count: 5_000) + " : y\n"
    let error = try #require(throws: InputError.self) { try Shop.read(text) }
    #expect(error.description.split(separator: "\n").allSatisfy { $0.count < 200 })
    #expect(error.diagnostics[0].excerpt.hasPrefix("..."))
  }

  /// Mutants of a right scenario: cut, doubled, replaced and inserted pieces.
  @Test(arguments: [UInt64](1...150))
  func noMutantOfAScenarioTraps(seed: UInt64) {
    var random = RandomStream(seed: seed, stream: "mutants")
    let pieces = [
      "&a ", "*a ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "\n", "\t", "|", "#", "-", "9", "%", "\u{E9}",
    ]
    var text = Array(Shop.text)
    for _ in 0...random.below(4) {
      let place = Int(random.below(UInt64(text.count)))
      let end = min(text.count, place + Int(random.below(12)))
      switch random.below(4) {
      case 0: text.removeSubrange(place..<end)
      case 1: text.insert(contentsOf: text[place..<end], at: place)
      case 2: text.insert(contentsOf: pieces[Int(random.below(UInt64(pieces.count)))], at: place)
      default: text.swapAt(place, Int(random.below(UInt64(text.count))))
      }
    }
    for error in Shop.errors(in: String(text)) {
      #expect(error.hasPrefix("shop.yaml:"), "seed \(seed)")
      #expect(error.contains("\nhint: "), "seed \(seed)")
    }
  }
}
