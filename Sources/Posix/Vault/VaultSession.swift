import Backup
import Glibc
import Storage
import Units

/// The present operation on a vault, with its progress.
public struct VaultProgress: Sendable {
  public var phase: String
  public var done: ByteCount
  /// The total; `nil` while unknown.
  public var total: ByteCount?
}

/// Runs jobs on one vault, reports their progress, and stops on request.
public final class VaultSession: Sendable {
  public let vault: Vault
  public let options: JobOptions
  let runner: JobRunner
  private let observe: @Sendable (VaultProgress) -> Void
  private let isStopped: @Sendable () -> Bool

  /// The default options: transfers and packs large enough to use the disk well, and few enough to bound
  /// memory.
  public static var usualOptions: JobOptions {
    var options = JobOptions()
    // Four devices and every core are busy while as many again wait for a core. A window of 12 on two cores took 15 %
    // more memory and saved no time.
    options.window = 4 + 2 * processorCount
    options.packSize = 16 << 20
    options.checkpoint = .mebibytes(64)
    // One for each core, and one that is being read.
    options.heldPacks = processorCount + 1
    return options
  }

  /// - Parameters:
  ///   - cores: Threads that compute.
  ///   - depth: Reads and writes at once; by default 4 of a directory and 12 of a bucket. With neither cores nor
  ///     depth everything happens on the caller's thread, which is quicker where vaults are tiny.
  public init(
    _ vault: Vault, options: JobOptions = usualOptions, cores: Int = processorCount, depth: Int? = nil,
    observe: @escaping @Sendable (VaultProgress) -> Void = { _ in },
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) {
    self.vault = vault
    var options = options
    // A bucket is far away: as many requests again are prepared while those of its depth are under way.
    if vault.place.directory == nil { options.window = max(options.window, 2 * vault.usualDepth) }
    self.options = options
    self.observe = observe
    self.isStopped = isStopped
    runner = JobRunner(vault.store, cores: cores, depth: depth ?? vault.usualDepth)
  }

  var name: String { vault.name }
  var newSalt: JobSalt { JobSalt(bytes: secretBytes(32)) }

  var isInterrupted: Bool { isStopped() }

  func show(_ phase: String, _ done: ByteCount = .zero, of total: ByteCount? = nil) {
    observe(VaultProgress(phase: phase, done: done, total: total))
  }

  /// Runs a job and reports the bytes of streams, or of the vault, moved so far.
  func run<J: Job>(
    _ job: consuming J, on runner: JobRunner? = nil, streams: some StreamHost = NoStreams(), phase: String,
    of total: ByteCount? = nil
  ) throws(VaultProblem) -> J.Outcome {
    do throws(Interruption) {
      return try (runner ?? self.runner).run(
        consume job, streams: streams,
        observe: { [self] in show(phase, total == nil ? $0.stored : $0.streamed, of: total) },
        isStopped: isStopped)
    } catch {
      throw VaultProblem(.interrupted, name, "stopped; what is stored already stays")
    }
  }

  // MARK: Points

  /// Returns the points, ascending, and the unreadable objects among them.
  public func points() throws(VaultProblem) -> (points: [RecoveryPoint], damage: DamageReport) {
    switch try run(ListPointsJob(key: vault.key, options: options), phase: "reading points") {
    case .listed(let points, let damage): return (points, damage)
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }

  /// Returns the point with this name, this beginning of a short name, or `latest`. `latest` ignores points
  /// dated in the future unless all are.
  public func point(_ text: String) throws(VaultProblem) -> RecoveryPoint {
    let points = try points().points
    if text == "latest", let latest = points.newest { return latest }
    let found = points.filter { $0.id.description == text || (!text.isEmpty && $0.shortName.hasPrefix(text)) }
    if found.count == 1 { return found[0] }
    throw VaultProblem(
      text,
      found.isEmpty ? "there is no such point" : "this is the beginning of \(found.count) points' names",
      hint: "'firedrill vault points \(name)' lists them; 'latest' is the newest")
  }

  /// Locks a point and everything that it needs; returns the number of locked objects.
  public func lock(_ point: RecoveryPoint, until date: Instant) throws(VaultProblem) -> Int {
    guard date > .now else {
      throw VaultProblem(
        "--until", "\(date) is past, and a lock cannot end before it begins", hint: "name a later date")
    }
    try vault.requireLocks("--until")
    switch try run(LockJob(point.id, until: date, key: vault.key, options: options), phase: "locking") {
    case .locked(_, let objects): return objects
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }

  // MARK: Verify

  /// Returns the objects, ascending, that no program has written to the vault. They do no harm.
  public func unknownObjects() -> [ObjectKey] { vault.unknownObjects() }

  /// Returns the scope of a verification, and the damage.
  public func verify(_ level: VerifyJob.Level) throws(VaultProblem) -> (
    verification: Verification, damage: DamageReport, notes: [(key: ObjectKey, problem: String)]
  ) {
    let notes = vault.damagedNotes()
    switch try run(VerifyJob(level, key: vault.key, options: options), phase: "verifying") {
    case .intact(let verification): return (verification, DamageReport(), notes)
    case .damaged(let verification, let damage):
      let known = Set(damage.objects.map(\.key))
      return (verification, damage, notes.filter { !known.contains($0.key) })
    case .failed(let failure): throw VaultProblem(name, failure)
    }
  }
}

/// The origin of points. Points of one origin are versions of one tree or image.
public struct PointOrigin: Hashable, Comparable, Sendable {
  let name: String
  let isTree: Bool

  public static func < (a: PointOrigin, b: PointOrigin) -> Bool {
    (a.name, a.isTree ? 1 : 0) < (b.name, b.isTree ? 1 : 0)
  }
}

extension [RecoveryPoint] {
  /// The newest of ascending points that is not dated in the future; if all are, the first.
  package var newest: RecoveryPoint? { last { $0.instant <= .now } ?? first }
}

extension RecoveryPoint {
  /// The origin of the point's tree or image.
  public var origin: PointOrigin { PointOrigin(name: source, isTree: isTree) }

  /// The machine on which the point was taken.
  public var host: String { String(source.prefix { $0 != ":" }) }

  /// The first eight digits of the point's distinguishing tag.
  public var shortName: String { String(id.description.suffix(16).prefix(8)) }

  /// The source of the point: the machine, and the path there.
  public var source: String { (streams.last { $0.kind != .contents } ?? streams.first)?.name ?? "" }

  /// The size of all files or of the image.
  public var length: ByteCount {
    streams.filter { $0.kind != .tree }.reduce(.zero) { $0 + $1.length }
  }

  public var isTree: Bool { streams.contains { $0.kind == .tree } }
}

/// The name of this machine.
public var hostName: String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard gethostname(&buffer, 255) == 0 else { return "localhost" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
