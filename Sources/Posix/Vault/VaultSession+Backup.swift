import Backup
import Glibc
import Storage
import Units

/// What is to be backed up, and how.
public struct BackupRequest: Sendable {
  /// A directory, or an image: a regular file or a block device.
  public var source: FilePath
  public var excludes: [String] = []
  public var staysOnFileSystem = false
  /// Whether files are read even when nothing says that they have changed.
  public var readsEverything = false
  public var lockedUntil: Instant?

  public init(source: FilePath) { self.source = source }
}

/// What a backup did.
public struct BackupReport: Sendable {
  public let point: RecoveryPoint
  public var entries = 0
  /// Files that changed while they were read, and that could not be read.
  public var changed = 0
  public var lost = 0
  public var warnings: [TreeWarning] = []

  /// Whether something of the source is missing or a mixture.
  public var isPartial: Bool { changed > 0 || lost > 0 || !warnings.isEmpty }
}

extension VaultSession {
  /// Backs up a directory tree or an image as a new point.
  public func backup(_ request: BackupRequest) throws(VaultProblem) -> BackupReport {
    let typed = request.source.description
    guard let source = request.source.resolved else { throw VaultProblem(typed, SystemError(typed)) }
    var status = stat()
    guard source.withCString({ stat($0, &status) }) == 0 else {
      throw VaultProblem(typed, SystemError(typed))
    }
    let points = try points().points
    let label = "\(hostName):\(source)"
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      let parent = points.last { $0.isTree && $0.source == label }
      return try backUpTree(source, request, label, parent)
    case S_IFREG, S_IFBLK: return try backUpImage(source, request, label)
    default:
      throw VaultProblem(
        typed, "this is neither a directory nor an image", hint: "name a directory, a file or a block device")
    }
  }

  // MARK: Trees

  private func backUpTree(
    _ source: FilePath, _ request: BackupRequest, _ label: String, _ parent: RecoveryPoint?
  ) throws(VaultProblem) -> BackupReport {
    let memory =
      request.readsEverything ? nil : try parent.flatMap { point throws(VaultProblem) in try recall(point) }
    let previous = try memory.flatMap { memory throws(VaultProblem) in try previousTree(memory) }
    let instant = Instant.now
    show("scanning")
    let tree: TreeSource
    var scan: TreeScan
    do throws(SystemError) {
      let options = TreeScanner.Options(
        excludes: request.excludes, staysOnFileSystem: request.staysOnFileSystem)
      var scanner = TreeScanner(source, options: options, vault: vault.path, previous: previous)
      scan = try scanner.run()
      tree = try TreeSource(source, scan.entries, host: hostName)
    } catch {
      throw VaultProblem(source.description, error)
    }
    let count = scan.entries.count
    let snapshot = tree.snapshot(carried: scan.carried, label: label, at: instant)
    // From here on everything that grows with the tree is held once.
    scan = TreeScan(warnings: scan.warnings)
    let total = snapshot.unread
    let job = BackupJob(
      snapshot, key: vault.key, memory: previous == nil ? nil : memory, lockedUntil: request.lockedUntil,
      salt: newSalt, options: backupOptions)
    var report = BackupReport(point: try commit(job, tree, of: total))
    let findings = tree.findings
    report.entries = count
    (report.changed, report.lost) = (findings.changed, findings.lost)
    report.warnings = scan.warnings + findings.warnings
    return report
  }

  /// The next backup is another process's: what this one learns of the vault is not kept.
  private var backupOptions: JobOptions {
    var options = options
    options.keepsMemory = false
    return options
  }

  private func commit(
    _ job: consuming BackupJob, _ streams: some StreamHost, of total: ByteCount
  ) throws(VaultProblem) -> RecoveryPoint {
    let point = job.point
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

  /// Takes back the claim of a job that ended without a point, so that prunes need not wait for its lease to end.
  private func withdraw(_ point: PointID) {
    var store = vault.store
    guard let attributes = try? store.attributes(of: point.key),
      let outcome = try? runner.run(ListPointsJob(key: vault.key, options: options)),
      case .listed(let points, _) = outcome, !points.contains(where: { $0.id == point })
    else { return }
    try? store.delete(point.key, if: attributes.version, at: .now)
  }

  /// What the vault knows of a point; `nil` when parts of it cannot be read, and everything is read again.
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

  /// The names and attributes of a point's tree.
  public func treeCatalog(of point: RecoveryPoint, _ catalog: Catalog? = nil) throws(VaultProblem)
    -> TreeCatalog
  {
    guard let stream = point.streams.firstIndex(where: { $0.kind == .tree }) else {
      throw VaultProblem(point.shortName, "this is no point of a directory tree")
    }
    let target = MemoryStream(length: point.streams[stream].length)
    let job = RestoreJob(
      point.id, key: vault.key, selection: .named([point.streams[stream].name]), catalog: catalog,
      options: options)
    switch try run(job, streams: target, phase: "reading names") {
    case .restored: break
    case .damaged: throw VaultProblem(name, .damaged("the names of the point \(point.shortName)"))
    case .failed(let failure): throw VaultProblem(name, failure)
    }
    do throws(JobFailure) { return try TreeCatalog(target.bytes) } catch { throw VaultProblem(name, error) }
  }

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
  /// Bytes of the files that are not known to be those of the last point, and of the catalog.
  fileprivate var unread: ByteCount {
    streams.reduce(.zero) { sum, stream in
      guard let pieces = stream.pieces else { return sum + stream.description.length }
      return pieces.reduce(sum) { $1.carried == nil ? $0 + $1.length : $0 }
    }
  }
}

/// A stream in memory that is restored to.
final class MemoryStream: StreamHost {
  private let contents: Monitor<[UInt8]>

  init(length: ByteCount) { contents = Monitor([UInt8](repeating: 0, count: Int(length.bytes))) }

  var bytes: Bytes { Bytes(contents.withLock { $0 }) }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    guard case .write(let fragments) = operation else { return .done }
    contents.withLock { contents in
      for fragment in fragments {
        let start = Int(fragment.offset.bytes)
        contents.replaceSubrange(start..<(start + fragment.bytes.count), with: fragment.bytes.slice)
      }
    }
    return .done
  }
}

/// A volume as the one stream of a job.
struct VolumeStream: StreamHost {
  private let volume: FileVolume

  init(_ volume: FileVolume) { self.volume = volume }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    var volume = volume
    switch operation {
    case .read(let extent): return .bytes(try volume.read(extent))
    case .write(let fragments):
      for fragment in fragments { try volume.write(fragment.bytes, at: fragment.offset) }
      volume.beginWritingBack()
    case .flush: try volume.flush()
    case .prepare(let description):
      guard description.length <= volume.size else {
        throw StorageError(.invalid, "the target has \(volume.size), and the image \(description.length)")
      }
    }
    return .done
  }
}
