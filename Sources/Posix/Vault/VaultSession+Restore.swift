import Backup
import Glibc
import Storage
import Units

/// The results of a restore.
public struct RestoreReport: Sendable {
  public let point: RecoveryPoint
  public var entries = 0
  /// The number of entries created or changed.
  public var changed = 0
  public var written = ByteCount.zero
  /// The files that the backup could not read, which are not in the target.
  public var missing: [FilePath] = []
  /// The files with bytes lost from the vault, which are zeros in the target.
  public var damaged: [FilePath] = []
  /// The extents of an image that are lost from the vault.
  public var damagedExtents: [Extent] = []
  public var warnings: [TreeWarning] = []

  public var isDamaged: Bool { !damaged.isEmpty || !damagedExtents.isEmpty }
  /// Whether some data or attribute of the point is not in the target.
  public var isPartial: Bool { !missing.isEmpty || !warnings.isEmpty }
}

/// The options of a restore.
public struct RestoreOptions: Sendable {
  /// The paths in the tree to restore, with everything in them; empty for the whole tree.
  public var only: [FilePath] = []
  /// Whether the target may have contents. Unchanged entries stay, different ones are replaced, and entries
  /// not in the point stay.
  public var isMerging = false

  public init() {}
}

extension VaultSession {
  /// Restores a tree to a missing or empty directory, or an image to a missing file or a block device.
  public func restore(
    _ point: RecoveryPoint, to target: FilePath, _ options: RestoreOptions = RestoreOptions()
  ) throws(VaultProblem) -> RestoreReport {
    if point.isTree { return try restoreTree(point, to: target, options) }
    guard options.only.isEmpty, !options.isMerging else {
      throw VaultProblem(
        point.shortName, "this is a point of an image, and an image is restored as a whole",
        hint: "leave '--only' and '--into' out")
    }
    return try restoreImage(point, to: target)
  }

  // MARK: Trees

  private func restoreTree(
    _ point: RecoveryPoint, to target: FilePath, _ options: RestoreOptions
  ) throws(VaultProblem) -> RestoreReport {
    let (catalog, opened) = try openTree(of: point)
    let selection =
      options.only.isEmpty ? TreeSelection(all: catalog) : TreeSelection(options.only, in: catalog)
    if let absent = selection.absent.first {
      throw VaultProblem(
        absent.description, "the point \(point.shortName) has no such path",
        hint: "'firedrill vault list \(name) \(point.shortName)' lists its paths")
    }
    try prepareFolder(target, isMerging: options.isMerging)
    let host = try onTarget(target) { () throws(SystemError) in
      let host = try TreeTarget(target, selection, isMerging: options.isMerging)
      try host.makeDirectories()
      return host
    }
    let contents = point.streams.first { $0.kind == .contents }?.name ?? "contents"
    let isWhole = options.only.isEmpty && !options.isMerging
    var report = try restore(
      point, isWhole ? .named([contents]) : .extents(host.extents, of: contents), into: host, at: target,
      .fresh, opened.knownCatalog
    ) { report, extents in
      report.damaged = host.files(in: extents)
    }
    try onTarget(target) { () throws(SystemError) in try host.finish() }
    let paths = TreePaths(selection.catalog)
    report.entries = selection.catalog.entries.count
    report.changed = host.changed
    report.warnings = host.warnings
    report.missing = selection.catalog.lostEntries.map { paths[$0] }
    return report
  }

  private func prepareFolder(_ target: FilePath, isMerging: Bool) throws(VaultProblem) {
    let name = target.description
    let isMade = target.withCString { mkdir($0, 0o777) } == 0
    guard isMade || errno == EEXIST else { throw VaultProblem(name, SystemError(name)) }
    if vault.contains(target) {
      if isMade { _ = target.withCString { rmdir($0) } }
      throw VaultProblem(name, "the target lies in the vault", hint: "name a directory elsewhere")
    }
    let names = try onTarget(target) { () throws(SystemError) in
      try DirectoryListing.entries(of: target, at: AT_FDCWD)
    }
    // A new file system has a directory for what its check finds.
    let isFresh = names.allSatisfy { $0.name == Array("lost+found".utf8) && $0.kind == .directory }
    guard isFresh || isMerging else {
      throw VaultProblem(
        name, "the target is not empty, and a restore overwrites nothing",
        hint: "name a directory that is missing or empty, or let '--into' change only what differs")
    }
  }

  private func onTarget<R>(_ target: FilePath, _ body: () throws(SystemError) -> R) throws(VaultProblem) -> R
  {
    do { return try body() } catch { throw VaultProblem(error.place, error) }
  }

  private func restore(
    _ point: RecoveryPoint, _ selection: RestoreJob.Selection, into host: some StreamHost, at place: FilePath,
    _ state: RestoreJob.Target, _ catalog: Catalog? = nil, lost: (inout RestoreReport, [Extent]) -> Void
  ) throws(VaultProblem) -> RestoreReport {
    let job = RestoreJob(
      point.id, key: vault.key, selection: selection, target: state, catalog: catalog, options: options)
    var report = RestoreReport(point: point)
    switch try run(job, streams: host, phase: "restore", of: point.length) {
    case .restored(let restoration): report.written = restoration.written
    case .damaged(let restoration, let damage):
      report.written = restoration.written
      lost(&report, damage.streams.flatMap(\.extents))
    // Reading a vault takes no space: it is the target that is full.
    case .failed(.storage(let error)) where error.kind == .full:
      throw VaultProblem(
        "\(place)", "there is no space left for the restore: \(error.detail)",
        hint: "remove what it has brought, and restore to where there is room")
    case .failed(let failure): throw VaultProblem(name, failure)
    }
    return report
  }

  // MARK: Images

  private func restoreImage(_ point: RecoveryPoint, to target: FilePath) throws(VaultProblem) -> RestoreReport
  {
    let name = target.description
    var status = stat()
    let isThere = target.withCString { stat($0, &status) } == 0
    let isDevice = isThere && status.st_mode & S_IFMT == S_IFBLK
    guard !isThere || isDevice else {
      throw VaultProblem(
        name, "the target exists, and a restore overwrites nothing but devices",
        hint: "name a file that is missing")
    }
    let volume: FileVolume
    do throws(SystemError) {
      volume =
        isDevice
        ? try FileVolume(path: target, writable: true) : try FileVolume(creating: target, size: point.length)
    } catch {
      throw VaultProblem(name, error)
    }
    guard point.length <= volume.size else {
      throw VaultProblem(
        name, "the device has \(volume.size), and the image \(point.length)",
        hint: "name one that is large enough; nothing was written")
    }
    var report = try restore(
      point, .named([point.source]), into: VolumeStream(volume), at: target, isDevice ? .used : .fresh
    ) { report, extents in report.damagedExtents = extents }
    report.entries = 1
    return report
  }
}
