import Backup
import Glibc
import Storage
import Units

/// The source of a backup and its options.
public struct BackupRequest: Sendable {
  /// The source: a directory, or an image in a regular file or block device.
  public var source: FilePath
  /// The patterns of names to leave out: see `ExcludePattern`.
  public var excludes: [String] = []
  public var staysOnFileSystem = false
  /// Whether to leave out the contents of directories with a CACHEDIR.TAG.
  public var leavesOutCaches = false
  /// Whether to read files even when they appear unchanged.
  public var readsEverything = false
  public var lockedUntil: Instant?
  /// The source name of standard input, when it is backed up.
  public var standardInputName: String?

  public init(source: FilePath) { self.source = source }
}

/// The results of a backup.
public struct BackupReport: Sendable {
  public let point: RecoveryPoint
  public var entries = 0
  /// The numbers of files that changed while being read, and of unreadable files.
  public var changed = 0
  public var lost = 0
  public var warnings: [TreeWarning] = []
  /// The number of names that each exclude pattern left out.
  public var excluded: [(pattern: String, names: Int)] = []
  /// The number of directories left out as caches.
  public var caches = 0

  /// Whether part of the source is missing or a mixture.
  public var isPartial: Bool { changed > 0 || lost > 0 || !warnings.isEmpty }
}

extension VaultSession {
  /// Backs up a directory tree or an image as a new point.
  public func backup(_ request: BackupRequest) throws(VaultProblem) -> BackupReport {
    if request.lockedUntil != nil { try vault.requireLocks("--lock-until") }
    if let name = request.standardInputName { return try backUpStandardInput(name, request) }
    let typed = request.source.description
    guard let source = request.source.resolved else { throw VaultProblem(typed, SystemError(typed)) }
    var status = stat()
    guard source.withCString({ stat($0, &status) }) == 0 else {
      throw VaultProblem(typed, SystemError(typed))
    }
    let label = "\(hostName):\(source)"
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return try backUpTree(source, request, label)
    case S_IFREG, S_IFBLK: return try backUpImage(source, request, label)
    default: throw Self.noSource(typed)
    }
  }

  static func noSource(_ typed: String) -> VaultProblem {
    VaultProblem(
      typed, "this is neither a directory nor an image", hint: "name a directory, a file or a block device")
  }

  // MARK: Trees

  /// Returns the vault's knowledge of a source's newest point, and its names. `nil` means that there is none, or
  /// that everything is to be read.
  func memory(
    of label: String, _ request: BackupRequest
  ) throws(VaultProblem) -> (memory: AgentMemory, tree: PreviousTree)? {
    guard !request.readsEverything,
      let parent = try points().points.filter({ $0.isTree && $0.source == label }).newest,
      let memory = try recall(parent), let previous = try previousTree(memory)
    else { return nil }
    return (memory, previous)
  }

  /// Returns the names in a source, without reading files.
  func scan(
    _ source: FilePath, _ request: BackupRequest, _ previous: PreviousTree?, listsExcluded: Bool = false
  ) throws(VaultProblem) -> TreeScan {
    let excludes = try request.excludes.map { text throws(VaultProblem) in
      try ExcludePattern(text, source: source)
    }
    show("scanning")
    do throws(SystemError) {
      let options = TreeScanner.Options(
        excludes: excludes, staysOnFileSystem: request.staysOnFileSystem,
        leavesOutCaches: request.leavesOutCaches, listsExcluded: listsExcluded)
      var scanner = TreeScanner(source, options: options, vault: vault.place.directory, previous: previous)
      return try scanner.run()
    } catch {
      throw VaultProblem(source.description, error)
    }
  }

  private func backUpTree(
    _ source: FilePath, _ request: BackupRequest, _ label: String
  ) throws(VaultProblem) -> BackupReport {
    var known = try memory(of: label, request)
    let instant = Instant.now
    var scan = try scan(source, request, known?.tree)
    let memory = known?.memory
    // The names of the last point are not needed any more.
    known = nil
    let tree: TreeSource
    do throws(SystemError) {
      tree = try TreeSource(source, scan.entries, unsized: scan.unsized, host: hostName)
    } catch {
      throw VaultProblem(source.description, error)
    }
    let count = scan.entries.count
    let snapshot = tree.snapshot(carried: scan.carried, label: label, at: instant)
    // From here on everything that grows with the tree is held once.
    scan = TreeScan(excluded: scan.excluded, caches: scan.caches, warnings: scan.warnings)
    let total = snapshot.unread
    let job = BackupJob(
      snapshot, key: vault.key, memory: memory, lockedUntil: request.lockedUntil,
      salt: newSalt, options: backupOptions)
    var report = BackupReport(point: try commit(job, tree, of: total))
    let findings = tree.findings
    report.entries = count
    (report.changed, report.lost) = (findings.changed, findings.lost)
    report.warnings = scan.warnings + findings.warnings
    report.excluded = zip(request.excludes, scan.excluded).map { ($0, $1) }
    report.caches = scan.caches
    return report
  }

  /// The options of a backup. The next backup is another process, so knowledge of the vault is not kept.
  var backupOptions: JobOptions {
    var options = options
    options.keepsMemory = false
    return options
  }

  func commit(
    _ job: consuming BackupJob, _ streams: some StreamHost, of total: ByteCount
  ) throws(VaultProblem) -> RecoveryPoint {
    let point = job.point
    let running = try vault.claims.running()
    defer { withExtendedLifetime(running) {} }
    let note = vault.claims.notes.hold(point)
    defer { note?.remove() }
    do throws(VaultProblem) {
      switch try run(consume job, streams: streams, phase: "backup", of: total) {
      case .acknowledged(let acknowledgement): return acknowledgement.point
      case .failed(let failure): throw VaultProblem(name, failure)
      }
    } catch {
      withdraw(point)
      throw error
    }
  }

  /// Withdraws the claim of a job that ended without a point, so that prunes need not wait for its lease.
  private func withdraw(_ point: PointID) {
    var store = vault.store
    guard let attributes = try? store.attributes(of: point.key),
      let outcome = try? runner.run(ListPointsJob(key: vault.key, options: options)),
      case .listed(let points, _) = outcome, !points.contains(where: { $0.id == point })
    else { return }
    try? store.delete(point.key, if: attributes.version, at: .now)
  }

  /// Returns the vault's knowledge of a point; `nil` when parts are unreadable, and everything is read again.
  private func recall(_ point: RecoveryPoint) throws(VaultProblem) -> AgentMemory? {
    switch try run(RecallJob(point.id, key: vault.key, options: options), phase: "reading the last point") {
    case .recalled(let memory): return memory
    case .failed: return nil
    }
  }

  private func previousTree(_ memory: AgentMemory) throws(VaultProblem) -> PreviousTree? {
    let point = memory.latest.point
    guard let catalog = try? treeCatalog(of: point, memory.catalog) else { return nil }
    return PreviousTree(catalog, takenAt: point.instant)
  }

  /// Returns the names and attributes of a point's tree.
  public func treeCatalog(of point: RecoveryPoint, _ catalog: Catalog? = nil) throws(VaultProblem)
    -> TreeCatalog
  { try openTree(of: point, catalog).tree }

  // MARK: Images

  private func backUpImage(
    _ source: FilePath, _ request: BackupRequest, _ label: String
  ) throws(VaultProblem) -> BackupReport {
    let volume: FileVolume
    do throws(SystemError) { volume = try FileVolume(path: source) } catch {
      throw VaultProblem(source.description, error)
    }
    var stream = SourceStream(StreamDescription(name: label, kind: .volume, length: volume.size))
    stream.holes = volume.holes()
    let instant = Instant.now
    let job = BackupJob(
      Snapshot(instant: instant, consistency: .inconsistent, streams: [stream]), key: vault.key,
      lockedUntil: request.lockedUntil, salt: newSalt, options: backupOptions)
    let total = stream.holes.reduce(volume.size) { $0 - $1.length }
    let host = VolumeStream(volume)
    var report = BackupReport(point: try commit(job, host, of: total))
    report.entries = 1
    if volume.hasChanged {
      report.changed = 1
      report.warnings = [TreeWarning(path: source, problem: "changed while it was read")]
    }
    return report
  }
}

extension Snapshot {
  /// The bytes of possibly changed files and of the catalog.
  fileprivate var unread: ByteCount {
    streams.reduce(.zero) { sum, stream in
      guard let pieces = stream.pieces else { return sum + stream.description.length }
      return pieces.reduce(sum) { $1.carried == nil ? $0 + $1.length : $0 }
    }
  }
}
