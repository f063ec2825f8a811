import ArgumentParser
import Backup
import Posix
import Units

struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract:
      "Restore a tree into a directory, or an image into a file; without --into nothing that exists is overwritten."
  )

  @OptionGroup var vault: VaultOptions

  @Argument(help: ArgumentHelp("The point's name, or its beginning, or 'latest'.", valueName: "point"))
  var point: String

  @Argument(
    help: ArgumentHelp(
      "A missing or empty directory; for an image a missing file or a block device.",
      valueName: "target"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Restore a tree into this directory, which may have contents: only different entries are replaced.",
      valueName: "directory"))
  var into: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Restore only this path and its contents. May be repeated.", valueName: "path"))
  var only: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if (target == nil) == (into == nil) {
      throw ValidationError("write either a target, or '--into' with a directory that may hold something.")
    }
    if only.contains("") {
      throw ValidationError("'--only' has an empty path; name a path in the tree, or leave '--only' out.")
    }
  }

  func run() throws {
    try reportingProblems {
      let session = try vault.session()
      let target = target ?? into ?? ""
      var options = RestoreOptions()
      options.only = only.map { FilePath($0) }
      options.isMerging = into != nil
      let report = try session.restore(session.point(point), to: FilePath(target), options)
      ProgressLine(label: "").clear()
      for warning in report.warnings { complain("warning: \(warning)") }
      for path in report.missing { complain("warning: \(path): the backup could not read it") }
      for path in report.damaged {
        complain("\(path): error: the vault has lost bytes of it; zeros stand there")
      }
      for extent in report.damagedExtents {
        complain(
          "\(target): error: the vault has lost \(extent.length) at \(extent.offset); zeros stand there")
      }
      if json {
        try printJSON(
          RestoreOutput(
            point: PointOutput(report.point), entries: report.entries, changed: report.changed,
            writtenBytes: report.written.bytes,
            missing: report.missing.map(\.description), damaged: report.damaged.map(\.description),
            warnings: report.warnings.map(\.description)))
      } else {
        let changed = into == nil ? "" : ", \(report.changed) of them changed"
        print(
          "restored point \(report.point.shortName): \(report.entries) names\(changed), \(report.written.reading)"
        )
      }
      if report.isDamaged { throw ExitCode.damage }
      if report.isPartial { throw ExitCode.partialBackup }
    }
  }
}

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify that the vault can restore its points.",
    discussion:
      "Without an option every manifest, index and block list is read, and of packs only that they are there in full "
      + "length.")

  @OptionGroup var vault: VaultOptions

  @Flag(help: "Read and check every byte.")
  var all = false

  @Option(
    help: ArgumentHelp("Read and check this share of the blocks, such as 10%.", valueName: "p"),
    transform: Self.share)
  var sample: Ratio?

  @Flag(help: "Print JSON.")
  var json = false

  private static func share(_ text: String) throws -> Ratio {
    guard let ratio = try? Ratio(parsing: text), ratio >= .zero, ratio <= .one else {
      throw ValidationError("'\(text)' is no share; write one such as 10%.")
    }
    return ratio
  }

  func validate() throws {
    if all, sample != nil { throw ValidationError("'--all' checks more than '--sample'; write one of them.") }
  }

  func run() throws {
    try reportingProblems {
      let level: VerifyJob.Level =
        all
        ? .all
        : sample.map { .sample($0, salt: UInt64(bitPattern: Instant.now.nanoseconds)) } ?? .structure
      let session = try vault.session()
      let (verification, damage, notes) = try session.verify(level)
      let unknown = session.unknownObjects().map(\.name)
      ProgressLine(label: "").clear()
      let damaged =
        notes.map { DamagedObject(key: $0.key.name, problem: $0.problem) }
        + damage.objects.map { DamagedObject(key: $0.key.name, problem: $0.problem) }
      if json {
        try printJSON(Self.output(verification, damage, damaged, unknown))
      } else {
        for object in damaged { complain("\(object.key): error: \(object.problem)") }
        for key in unknown { complain("\(key): warning: unknown, no file of a vault; it does no harm") }
        for point in damage.points { complain("point \(point): error: nothing of it can be restored") }
        for stream in damage.streams {
          let lost = stream.extents.reduce(ByteCount.zero) { $0 + $1.length }
          complain("point \(stream.point): error: \(lost.reading) of \(stream.name) are lost")
        }
        let state = damaged.isEmpty && damage.isEmpty ? "nothing is damaged" : "the vault is damaged"
        print(
          "\(verification.points.count) points, \(verification.packs) packs, \(verification.blocks) blocks, read "
            + "\(verification.read.reading): \(state)")
      }
      if !damaged.isEmpty || !damage.isEmpty { throw ExitCode.damage }
    }
  }

  private static func output(
    _ verification: Verification, _ damage: DamageReport, _ damaged: [DamagedObject], _ unknown: [String]
  ) -> VerifyOutput {
    VerifyOutput(
      points: verification.points.count, packs: verification.packs, blocks: verification.blocks,
      readBytes: verification.read.bytes, damaged: damaged, unknown: unknown,
      lostPoints: damage.points.map(\.description),
      losses: damage.streams.map { stream in
        VerifyOutput.Loss(
          point: stream.point.description, stream: stream.name,
          bytes: stream.extents.reduce(0) { $0 + $1.length.bytes })
      })
  }
}
