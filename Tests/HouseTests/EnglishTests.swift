import Testing

/// Doc comments read plainly: a summary names its thing or its action, in one short sentence.
@Suite struct EnglishTests {
  /// The openings of a free relative clause or a fragment: "What waits", "Of the writes", "By volume".
  private static let openings: Set<String> = [
    "What", "Whose", "Whoever", "Who", "Which", "Of", "By", "That", "How", "Where", "When", "It", "Its",
    "This", "They", "Those", "Nobody", "Since",
  ]

  private static let wordsMaximum = 20

  /// Pictures in the place of the field's words, and subjects without a name.
  private static let pictures = [
    "befall", "befalls", "befell", "mend", "mends", "mended", "obey", "obeys", "hears", "heard", "nobody",
    "whoever",
  ]

  @Test(arguments: SourceTree.swiftFiles(in: "Sources") + SourceTree.swiftFiles(in: "Tests"))
  func noSummaryBeginsWithARelativeClause(_ file: SourceTree.File) {
    for summary in file.summaries where Self.openings.contains(summary.firstWord) {
      Issue.record("line \(summary.line) begins with '\(summary.firstWord)'; name the thing or the action")
    }
  }

  @Test(arguments: SourceTree.swiftFiles(in: "Sources"))
  func aSummaryHasAtMostTwentyWords(_ file: SourceTree.File) {
    for summary in file.summaries where summary.words.count > Self.wordsMaximum {
      Issue.record("line \(summary.line) has a sentence of \(summary.words.count) words; split it")
    }
  }

  @Test(arguments: SourceTree.swiftFiles(in: "Sources"))
  func noCommentUsesAPicture(_ file: SourceTree.File) {
    let words = Set(file.commentWords)
    for picture in Self.pictures where words.contains(picture) {
      Issue.record("a comment has '\(picture)'; use the field's word")
    }
  }

  @Test func theOffendersAreFoundWhereTheyAre() {
    let file = SourceTree.File(
      path: "Sources/Units/X.swift",
      text: """
        /// \("What") is held, until
        /// it is released. And more.
        let held = 1
          /// The share.
          ///
          /// Of all.
          let share = 2
        // Nobody reads "mend".
        let text = "/// What"
        """)
    #expect(file.summaries.map(\.firstWord) == ["What", "The"])
    #expect(file.summaries.map(\.words.count) == [7, 2])
    #expect(file.summaries.map(\.line) == [1, 4])
    #expect(file.commentWords.contains("nobody") && file.commentWords.contains("mend"))
    #expect(!file.commentWords.contains("text"))
  }
}

extension SourceTree.File {
  /// The first sentence of a doc comment.
  fileprivate struct Summary {
    let line: Int
    let words: [Substring]
    var firstWord: String { String(words.first?.prefix(while: \.isLetter) ?? "") }
  }

  /// The summaries of all doc comments.
  fileprivate var summaries: [Summary] {
    var summaries: [Summary] = []
    var paragraph: (line: Int, text: [Substring])?
    var isInComment = false
    for (index, line) in lines.enumerated() {
      let text = line.drop { $0 == " " }
      let content = text.hasPrefix("///") ? text.dropFirst(3).drop { $0 == " " } : nil
      if let content, !content.isEmpty, !content.hasPrefix("- ") {
        if !isInComment { paragraph = (index + 1, []) }
        paragraph?.text.append(content)
      } else if let (start, text) = paragraph {
        summaries.append(Summary(line: start, words: Self.firstSentence(of: text.joined(separator: " "))))
        paragraph = nil
      }
      isInComment = content != nil
    }
    return summaries
  }

  private static func firstSentence(of text: String) -> [Substring] {
    let words = text.split(separator: " ")
    let last = words.firstIndex { $0.hasSuffix(".") || $0.hasSuffix("?") || $0.hasSuffix("!") }
    return Array(words[...(last ?? words.count - 1)])
  }

  /// The words of all comments, in lower case.
  fileprivate var commentWords: [String] {
    lines.filter { $0.drop { $0 == " " }.hasPrefix("//") }.flatMap { line in
      line.lowercased().split { !$0.isLetter }.map(String.init)
    }
  }
}
