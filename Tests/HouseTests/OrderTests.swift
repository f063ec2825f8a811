import Testing

/// The top of the working copy, and how long things may become.
@Suite struct OrderTests {
  private static let topLevel = [
    "Package.swift", "README.md", "Sources", "Tests", "findings", "reports", "scenarios",
  ]

  @Test func theTopLevelIsExactlyWhatItShouldBe() throws {
    // Dotfiles, and what a build leaves there, do not count.
    let entries = try SourceTree.entries().filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
    #expect(entries == Self.topLevel.sorted())
  }

  @Test func theReadmeIsShortEnoughToBeRead() {
    let readme = SourceTree.text(of: "README.md")
    #expect(readme.split(separator: "\n", omittingEmptySubsequences: false).count < 150)
    #expect(readme.contains("GPL-3.0-or-later"))
  }

  @Test func continuousIntegrationRunsTheTestCommandOfTheReadme() throws {
    let command = "swift test -c release --no-parallel"
    #expect(SourceTree.text(of: "README.md").contains(command))
    #expect(SourceTree.text(of: ".ci/run").contains("\n\(command)"))
  }

  /// The command's version is stated once, and the changelog begins with it.
  @Test func theVersionIsStatedOnceAndTheChangelogBeginsWithIt() throws {
    let declaration = #/static let version = "([0-9.]+)"/#
    let versions = SourceTree.swiftFiles(in: "Sources/firedrill").flatMap { file in
      file.lines.compactMap { $0.firstMatch(of: declaration)?.1 }
    }
    #expect(versions.count == 1)
    let changes = SourceTree.text(of: "Sources/firedrill/firedrill.docc/Changes.md")
    let heading = changes.split(separator: "\n").first { $0.firstMatch(of: #/^## [0-9]/#) != nil }
    #expect(heading?.hasPrefix("## \(try #require(versions.first))") == true)
  }

  @Test(arguments: SourceTree.swiftFiles(in: "Sources") + SourceTree.swiftFiles(in: "Tests"))
  func aFileIsShortEnoughToHoldOneIdea(_ file: SourceTree.File) {
    #expect(file.lines.count < 500)
  }

  /// A release build compiles nothing for testing: what tests need is `package`.
  @Test(arguments: SourceTree.swiftFiles(in: "Tests"))
  func aTestCompilesInAReleaseBuild(_ file: SourceTree.File) {
    let attribute = "@" + "testable"
    #expect(!file.mentions(attribute))
  }

  @Test(arguments: SourceTree.swiftFiles(in: "Sources"))
  func noFileIsCalledWhatSaysNothing(_ file: SourceTree.File) {
    for word in ["Manager", "Utils", "Utilities", "Core", "Helper"] {
      #expect(!file.path.contains(word))
    }
  }

  @Test func thePackageUsesNoUnsafeFlags() {
    #expect(!SourceTree.text(of: "Package.swift").contains("unsafeFlags"))
  }
}
