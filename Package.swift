// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "firedrill",
  products: [
    .executable(name: "firedrill", targets: ["firedrill"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/CoreOffice/XMLCoder", from: "0.18.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CFuse", pkgConfig: "fuse3", providers: [.apt(["libfuse3-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "Units", swiftSettings: strict),
    .target(name: "Schedules", dependencies: ["Units"], swiftSettings: strict),
    .target(name: "Zones", dependencies: ["Schedules"], swiftSettings: strict),
    .target(name: "History", dependencies: ["Schedules"], swiftSettings: strict),
    .target(name: "Retention", dependencies: ["Schedules"], swiftSettings: strict),
    .target(
      name: "Storage",
      dependencies: [
        "Units", .product(name: "HashTreeCollections", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "Backup",
      dependencies: [
        "Storage", "CZstd", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HashTreeCollections", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(name: "Database", dependencies: ["Storage", "CSQLite"], swiftSettings: strict),
    .target(name: "Replication", dependencies: ["Storage"], swiftSettings: strict),
    .target(name: "Simulation", dependencies: ["Units"], swiftSettings: strict),
    .target(
      name: "Estate",
      dependencies: [
        "Simulation", "Backup", "Replication", "Database", "Retention",
        .product(name: "HashTreeCollections", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(
      name: "ObjectStorage",
      dependencies: [
        "Backup", "CCurl", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "XMLCoder", package: "XMLCoder"),
      ],
      swiftSettings: strict),
    .target(
      name: "Posix",
      dependencies: [
        "Backup", "ObjectStorage", "Retention", "CLinux",
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(name: "Mount", dependencies: ["Posix", "CFuse"], swiftSettings: strict),
    .target(
      name: "Documents", dependencies: ["Units", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(name: "Statistics", dependencies: ["Units", "CGSL"], swiftSettings: strict),
    .target(
      name: "ScenarioLanguage",
      dependencies: ["Documents", "Estate", "Statistics", "Zones"],
      resources: [
        .embedInCode("Prices/price-book.yaml"), .embedInCode("Prices/price-book-eur.yaml"),
        .embedInCode("Prices/promises.yaml"),
      ],
      swiftSettings: strict),
    .target(name: "RecoveryPlanning", dependencies: ["ScenarioLanguage"], swiftSettings: strict),
    .target(name: "Rehearsals", dependencies: ["RecoveryPlanning"], swiftSettings: strict),
    .target(name: "Assessment", dependencies: ["Rehearsals"], swiftSettings: strict),
    .target(name: "Decision", dependencies: ["Assessment"], swiftSettings: strict),
    .target(
      name: "Reporting",
      dependencies: ["Decision", "History", .product(name: "Mustache", package: "swift-mustache")],
      resources: [
        .embedInCode("HTML/report.mustache"), .embedInCode("HTML/table.mustache"),
        .embedInCode("HTML/blocks.mustache"), .embedInCode("HTML/style.mustache"),
        .embedInCode("HTML/explorer.mustache"),
        .embedInCode("JSON/report-schema.json"),
        .embedInCode("Retention/retention.html"),
      ],
      swiftSettings: strict),
    .target(
      name: "Importing",
      dependencies: [
        "ScenarioLanguage", "Schedules", "Zones", "CZip", .product(name: "Yams", package: "Yams"),
        .product(name: "XMLCoder", package: "XMLCoder"), .product(name: "SwiftCSV", package: "SwiftCSV"),
      ],
      swiftSettings: strict),
    .target(name: "Templates", dependencies: ["Units"], swiftSettings: strict),
    .executableTarget(
      name: "firedrill",
      dependencies: [
        "Backup", "Decision", "Importing", "Mount", "Posix", "Reporting", "Templates",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "firedrill-benchmark",
      dependencies: [
        "Assessment", "CLinux", "Database", "Estate", "Posix", "Replication", "Simulation", "Storage",
      ],
      path: "Sources/Benchmark",
      exclude: ["Peers"],
      swiftSettings: strict),
    .testTarget(name: "UnitsTests", dependencies: ["Units"], swiftSettings: strict),
    .testTarget(name: "SchedulesTests", dependencies: ["Schedules", "Zones"], swiftSettings: strict),
    .testTarget(name: "HistoryTests", dependencies: ["History", "Zones"], swiftSettings: strict),
    .testTarget(name: "RetentionTests", dependencies: ["Retention", "Zones"], swiftSettings: strict),
    // Starts a real S3-compatible server for tests.
    .target(
      name: "CephCluster", dependencies: ["ObjectStorage"], path: "Tests/CephCluster",
      swiftSettings: strict),
    .testTarget(
      name: "StorageTests", dependencies: ["CephCluster", "ObjectStorage", "Posix", "Storage"],
      swiftSettings: strict),
    .testTarget(
      name: "ObjectStorageTests", dependencies: ["ObjectStorage"], swiftSettings: strict),
    .testTarget(name: "BackupTests", dependencies: ["Backup"], swiftSettings: strict),
    .testTarget(name: "DatabaseTests", dependencies: ["Database"], swiftSettings: strict),
    .testTarget(
      name: "ReplicationTests", dependencies: ["Replication", "Simulation"], swiftSettings: strict),
    // Wraps calls of the C library in the tests' executable.
    .target(name: "CallRecorder", path: "Tests/CallRecorder"),
    .testTarget(
      name: "PosixTests", dependencies: ["Backup", "CallRecorder", "Posix"], swiftSettings: strict),
    .testTarget(
      name: "MountTests", dependencies: ["Backup", "Mount", "Posix", "Retention"], swiftSettings: strict),
    .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: strict),
    .testTarget(name: "EstateTests", dependencies: ["Database", "Estate"], swiftSettings: strict),
    .testTarget(name: "PlanningTests", dependencies: ["Assessment"], swiftSettings: strict),
    .testTarget(name: "DecisionTests", dependencies: ["Decision"], swiftSettings: strict),
    .testTarget(
      name: "ReportingTests", dependencies: ["Reporting"], exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "ImportingTests", dependencies: ["Importing"], swiftSettings: strict),
    .testTarget(
      name: "TemplatesTests", dependencies: ["Rehearsals", "Templates"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Assessment", "CephCluster", "firedrill", "ObjectStorage",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .testTarget(name: "HouseTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
