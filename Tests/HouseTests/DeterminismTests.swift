import Testing

/// Below the command nothing may differ from run to run.
@Suite struct DeterminismTests {
  /// The benchmark measures time, the command counts processors, `Posix` is where the machine is; everything else is a pure
  /// function of its input.
  private static let free = ["firedrill", "Benchmark", "Posix"]

  private static var bound: [SourceTree.File] {
    SourceTree.swiftFiles(in: "Sources").filter { !free.contains($0.target) }
  }

  private static let traps = [
    "Date()", "ContinuousClock", "SuspendingClock", "clock_gettime", "gettimeofday", "DispatchTime",
    "time(nil)",
    "SystemRandomNumberGenerator", ".random(", "randomElement(", "shuffled()", "shuffle()", "arc4random",
    "getrandom",
    "hashValue", "Hasher()", "ObjectIdentifier(", "UUID()", "getpid(", "getenv(", "sysconf(",
  ]

  @Test(arguments: bound)
  func nothingComesFromClocksChanceOrTheMachine(_ file: SourceTree.File) {
    for trap in Self.traps where file.mentions(trap) {
      for (number, line) in file.code.enumerated() where line.holds(trap) {
        Issue.record("line \(number + 1) has \(trap)")
      }
    }
  }

  /// Names that a file declares as a set or dictionary, in so many words.
  private static func unordered(in file: SourceTree.File) -> [String] {
    file.code.compactMap { line in
      let words = line.split { " :=(".contains($0) }.map(String.init)
      guard let place = words.firstIndex(where: { $0 == "var" || $0 == "let" }), place + 1 < words.count
      else {
        return nil
      }
      let declaration = line.split(separator: words[place + 1], maxSplits: 1).last.map(String.init) ?? ""
      let kinds = [": Set<", "= Set<", ": TreeDictionary<", ": TreeSet<", "= TreeSet<", "= TreeDictionary<"]
      return kinds.contains { declaration.hasPrefix($0) } || declaration.isDictionaryType
        ? words[place + 1] : nil
    }
  }

  /// The order of a set or dictionary differs in every process. A loop over one is sorted first, or the line before it says
  /// why it may go "in any order".
  @Test(arguments: bound)
  func noLoopGoesOverASetOrDictionary(_ file: SourceTree.File) {
    for name in Self.unordered(in: file) {
      let loops = [
        "in \(name) {", "in \(name) where", "in self.\(name) {", "in \(name).keys {", "in \(name).values {",
        "\(name).keys.map", "\(name).values.map", "\(name).forEach", "\(name).map {", "\(name).flatMap {",
        "\(name).first {", "Array(\(name))", "\(name).popFirst()",
      ]
      for loop in loops where file.mentions(loop) {
        for (number, line) in file.code.enumerated() where line.holds(loop) && !file.isExcused(number) {
          Issue.record("line \(number + 1) has \(loop)")
        }
      }
    }
  }

  @Test func theTrapsAreFoundWhereTheyAre() {
    let file = SourceTree.File(
      path: "Sources/Units/X.swift",
      text: """
        var names: Set<String> = []
        var ages: [String: Int] = [:]
        let list: [String] = []
        // Date() in a comment
        """)
    #expect(Self.unordered(in: file) == ["names", "ages"])
    #expect(!file.code.contains { $0.holds("Date()") })
    #expect("let now = Date()".holds("Date()"))
    #expect(!"let now = upDate()".holds("Date()"))
  }
}

extension String {
  /// Whether a piece of code stands here, and not as the end of a longer name.
  fileprivate func holds(_ piece: String) -> Bool {
    ranges(of: piece).contains { range in
      guard piece.first?.isLetter == true, range.lowerBound > startIndex else { return true }
      let before = self[index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || before == "_")
    }
  }

  /// `: [Key: Value]...`, and not an array or a tuple of them.
  fileprivate var isDictionaryType: Bool {
    guard hasPrefix(": ["), !hasPrefix(": [("), !hasPrefix(": [[") else { return false }
    return dropFirst(3).prefix { $0 != "]" && $0 != "(" && $0 != "=" }.contains(":")
  }
}

extension SourceTree.File {
  fileprivate func isExcused(_ line: Int) -> Bool {
    lines[max(0, line - 1)...line].contains { $0.lowercased().contains("in any order") }
  }
}
