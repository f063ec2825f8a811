import Testing

/// The targets look downward only: each imports what its row allows, and nothing else.
@Suite struct ImportTests {
  /// From the design: the target, the package's targets that may lie below it, and what it may take from outside.
  private static let table: [(target: String, below: [String], outside: [String])] = [
    ("Units", [], ["Glibc", "Synchronization"]),
    ("Schedules", ["Units"], ["Glibc", "Synchronization"]),
    ("Zones", ["Schedules", "Units"], ["Foundation"]),
    ("History", ["Schedules", "Units"], ["Glibc", "Synchronization"]),
    ("Retention", ["Schedules", "Units"], ["Glibc", "Synchronization"]),
    ("Storage", ["Units"], ["Glibc", "Synchronization", "HashTreeCollections"]),
    (
      "Backup", ["Storage", "Units", "CZstd"], ["Glibc", "Synchronization", "HashTreeCollections", "Crypto"]
    ),
    ("Database", ["Storage", "Units", "CSQLite"], ["Glibc", "Synchronization"]),
    ("Replication", ["Storage", "Units"], ["Glibc", "Synchronization"]),
    ("Simulation", ["Units"], ["Glibc", "Synchronization"]),
    (
      "Estate",
      ["Simulation", "Backup", "Replication", "Database", "Retention", "Schedules", "Storage", "Units"],
      ["Glibc", "Synchronization", "HashTreeCollections"]
    ),
    ("Documents", ["Units"], ["Glibc", "Yams"]),
    ("Statistics", ["Units", "CGSL"], ["Glibc"]),
    (
      "ScenarioLanguage",
      [
        "Documents", "Statistics", "Estate", "Backup", "Replication", "Retention", "Schedules", "Zones",
        "Storage", "Units",
      ],
      ["Glibc"]
    ),
    (
      "RecoveryPlanning",
      [
        "ScenarioLanguage", "Statistics", "Estate", "Backup", "Replication", "Retention", "Schedules",
        "Storage", "Units",
      ],
      ["Glibc"]
    ),
    (
      "Rehearsals",
      [
        "RecoveryPlanning", "ScenarioLanguage", "Statistics", "Estate", "Simulation", "Backup", "Replication",
        "Retention", "Schedules", "Storage", "Units",
      ],
      ["Glibc", "Synchronization"]
    ),
    (
      "Assessment",
      ["Rehearsals", "ScenarioLanguage", "Documents", "Statistics", "Estate", "Units"],
      ["Glibc"]
    ),
    (
      "Decision",
      [
        "Assessment", "Rehearsals", "RecoveryPlanning", "ScenarioLanguage", "Documents", "Statistics",
        "Estate", "Schedules", "Backup", "Storage", "Units",
      ], ["Glibc", "Synchronization"]
    ),
    (
      "Reporting",
      [
        "Decision", "Assessment", "Rehearsals", "RecoveryPlanning", "ScenarioLanguage", "Documents",
        "Statistics", "Estate", "Simulation", "Backup", "History", "Retention", "Schedules",
        "Storage",
        "Units",
      ],
      ["Glibc", "Synchronization", "Mustache"]
    ),
    ("Templates", ["Units"], []),
    (
      "Importing", ["ScenarioLanguage", "Documents", "Schedules", "Zones", "Units", "CZip"],
      ["Glibc", "Synchronization", "Foundation", "Yams", "XMLCoder", "SwiftCSV"]
    ),
    (
      "ObjectStorage", ["Backup", "Storage", "Units", "CCurl"],
      ["Dispatch", "Foundation", "Synchronization", "Crypto", "XMLCoder"]
    ),
    (
      "Posix",
      ["Backup", "ObjectStorage", "Retention", "Schedules", "Storage", "Units", "CLinux"],
      ["Glibc", "Synchronization", "Foundation", "Crypto", "CryptoExtras"]
    ),
    ("Mount", ["Posix", "Backup", "Storage", "Units", "CFuse"], ["Glibc", "Synchronization"]),
    (
      "firedrill",
      [
        "Reporting", "Decision", "Assessment", "Rehearsals", "RecoveryPlanning", "ScenarioLanguage",
        "Documents", "Statistics", "Mount", "Posix", "Importing", "Templates", "Estate",
        "Simulation", "Backup",
        "History", "Retention", "Schedules", "Zones", "Storage", "Units",
      ],
      ["Glibc", "Synchronization", "Foundation", "ArgumentParser"]
    ),
    (
      "Benchmark",
      [
        "Posix", "Assessment", "Rehearsals", "ScenarioLanguage", "Documents", "Statistics", "Estate",
        "Replication", "Simulation", "Backup", "Database", "Retention",
        "Schedules",
        "Storage", "Units", "CLinux",
      ],
      ["Glibc", "Synchronization", "Foundation"]
    ),
  ]

  private static let targetsInC = [
    "CCurl", "CFuse", "CGSL", "CLinux", "CSQLite", "CZip", "CZstd",
  ]

  @Test func everyTargetHasARowInTheTable() throws {
    let targets = try SourceTree.entries(of: "Sources").filter { !Self.targetsInC.contains($0) }
    #expect(targets == Self.table.map(\.target).sorted())
  }

  @Test(arguments: SourceTree.swiftFiles(in: "Sources"))
  func aFileImportsOnlyWhatItsTargetMay(_ file: SourceTree.File) throws {
    let row = try #require(Self.table.first { $0.target == file.target })
    for module in file.imports { #expect((row.below + row.outside).contains(module), "imports \(module)") }
  }

  @Test func theScientificLibraryHasOneDoor() {
    let doors = SourceTree.swiftFiles(in: "Sources").filter { $0.imports.contains("CGSL") }
    #expect(doors.map(\.path) == ["Sources/Statistics/GSL.swift"])
  }

  @Test func theFileSystemOfAMountDoesNotKnowFUSE() {
    let doors = SourceTree.swiftFiles(in: "Sources").filter { $0.imports.contains("CFuse") }
    #expect(!doors.isEmpty && doors.allSatisfy { $0.path.hasPrefix("Sources/Mount/Fuse/") })
  }

  @Test func importsAreFoundInWhateverWayTheyAreWritten() {
    let file = SourceTree.File(
      path: "Sources/Units/X.swift",
      text: """
        import Glibc
        public import Storage
        @preconcurrency import Yams
        import struct Foundation.URL
        // import Nothing
        let text = "import Nothing"
        """)
    #expect(file.imports == ["Glibc", "Storage", "Yams", "Foundation"])
  }
}
