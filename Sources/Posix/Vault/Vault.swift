import Backup
import Glibc
import ObjectStorage
import Storage
import Units

/// A vault in a directory or a bucket, opened with its passphrase.
public struct Vault: Sendable {
  public let place: VaultPlace
  let store: any ObjectStore & Sendable
  let claims: VaultClaims
  let key: MasterKey
  private let secret: [UInt8]

  /// The two copies of the slot. A flipped bit in one must not lose the vault.
  private static let slots = ["key-1", "key-2"].map { ObjectKey(folder: "config", name: $0) }

  /// The range of scrypt's cost for a new vault. Opening a vault takes that many KiB of memory.
  public static let scryptRounds = KeySlot.roundsRange
  public static let usualScryptRounds = KeySlot.usualRounds

  /// The place of the vault for messages.
  public var name: String { place.description }

  /// Creates a vault in a directory that is missing or empty, or below an unused prefix of a bucket.
  ///
  /// - Parameters:
  ///   - scryptRounds: A power of two.
  ///   - other: A vault whose points are to be copied to this one: both then have one key, each under its own passphrase.
  public static func create(
    _ place: VaultPlace, passphrase: [UInt8], scryptRounds: Int = usualScryptRounds,
    forCopiesOf other: Vault? = nil
  ) throws(VaultProblem) {
    let folder = place.description
    var store = try emptyStore(place)
    let secret = other?.secret ?? secretBytes(32)
    guard KeySlot.takes(rounds: scryptRounds) else {
      throw VaultProblem("--scrypt-rounds", "\(scryptRounds) is no power of two that scrypt takes")
    }
    guard let slot = try? KeySlot(secret, passphrase: passphrase, rounds: scryptRounds) else {
      throw Self.problem("--scrypt-rounds", .noMemory(.kibibytes(Int64(scryptRounds))))
    }
    let bytes = Bytes(slot.encoded)
    for name in slots {
      _ = try problem(folder) { () throws(StorageError) in
        try store.put(bytes, as: name, if: .absent, lockedUntil: nil, at: .now)
      }
    }
    try found(store, MasterKey(bytes: secret), folder)
  }

  /// Creates a vault in a directory that is missing or empty.
  public static func create(
    _ path: FilePath, passphrase: [UInt8], scryptRounds: Int = usualScryptRounds
  ) throws(VaultProblem) {
    try create(.directory(path), passphrase: passphrase, scryptRounds: scryptRounds)
  }

  /// Returns the store of a new vault; throws when there is one, or anything else.
  private static func emptyStore(_ place: VaultPlace) throws(VaultProblem) -> any ObjectStore & Sendable {
    let folder = place.description
    let store: any ObjectStore & Sendable
    switch place {
    case .directory(let path):
      if path.withCString({ mkdir($0, 0o777) }) != 0, errno != EEXIST {
        throw VaultProblem(folder, SystemError(folder))
      }
      store = try open(path)
    case .bucket(let access):
      if let existing = try access.open() {
        let keys = try problem(folder) { () throws(StorageError) in try existing.list(prefix: "") }
        guard keys.isEmpty else { throw occupied(place, keys) }
      }
      store = try access.create()
    }
    let existing = try problem(folder) { () throws(StorageError) in try store.list(prefix: "") }
    var isFree = existing.isEmpty
    if case .directory(let path) = place, isFree { isFree = try isUnused(path, folder) }
    guard isFree else { throw occupied(place, existing) }
    return store
  }

  private static func occupied(_ place: VaultPlace, _ keys: [ObjectKey]) -> VaultProblem {
    let other = place.directory == nil ? "another prefix" : "another directory"
    if keys.contains(where: slots.contains) {
      return VaultProblem(
        place.description, "there is a vault here already", hint: "use it, or name \(other)")
    }
    return place.directory == nil
      ? VaultProblem(
        place.description, "there are objects below this prefix already", hint: "name an unused prefix")
      : VaultProblem(
        place.description, "this directory is not empty", hint: "name one that is missing or empty")
  }

  /// Writes the configuration, so that a vault is complete before its first backup.
  private static func found(
    _ store: any ObjectStore & Sendable, _ key: MasterKey, _ folder: String
  ) throws(VaultProblem) {
    let job = FoundJob(key: key, salt: JobSalt(bytes: secretBytes(32)))
    guard let outcome = try? JobRunner(store, cores: 0, depth: 0).run(job) else { return }
    if case .failed(let failure) = outcome { throw VaultProblem(folder, failure) }
  }

  /// Whether the directory holds at most the leftovers of an interrupted creation.
  private static func isUnused(_ path: FilePath, _ folder: String) throws(VaultProblem) -> Bool {
    do throws(SystemError) {
      let names = try DirectoryListing.entries(of: path, at: AT_FDCWD).map {
        String(decoding: $0.name, as: UTF8.self)
      }
      for name in names where name != ".lock" {
        guard name == "config", try DirectoryListing.entries(of: path / name, at: AT_FDCWD).isEmpty else {
          return false
        }
      }
      return true
    } catch {
      throw VaultProblem(folder, error)
    }
  }

  private static func open(_ path: FilePath) throws(VaultProblem) -> FileObjectStore {
    do throws(SystemError) {
      return try FileObjectStore(path: path)
    } catch {
      let name = path.description
      switch error.code {
      case ENOTDIR:
        throw VaultProblem(name, "a vault is a directory, and this is none", hint: "check the path")
      case ENOENT:
        throw VaultProblem(name, "there is no vault here", hint: "'firedrill vault init \(name)' makes one")
      default: throw VaultProblem(name, error)
      }
    }
  }

  /// Opens the vault in a directory.
  public init(_ path: FilePath, passphrase: [UInt8]) throws(VaultProblem) {
    try self.init(.directory(path), passphrase: passphrase)
  }

  /// Opens the vault at a place.
  public init(_ place: VaultPlace, passphrase: [UInt8]) throws(VaultProblem) {
    self.place = place
    let folder = place.description
    switch place {
    case .directory(let path):
      let files = try Self.open(path)
      store = files
      claims = VaultClaims(path, files.root)
    case .bucket(let access):
      guard let bucket = try access.open() else { throw Self.missing(folder) }
      store = bucket
      claims = try VaultClaims(access, bucket)
    }
    var failure = KeySlot.Failure.damaged
    var isThere = false
    var secret: [UInt8]?
    for name in Self.slots where secret == nil {
      do throws(StorageError) {
        let bytes = try store.get(name, range: nil)
        isThere = true
        do throws(KeySlot.Failure) {
          secret = try KeySlot(Array(bytes.slice)).open(passphrase)
        } catch {
          if failure == .damaged { failure = error }
        }
      } catch {
        if error.kind != .notFound { throw VaultProblem(folder, .storage(error)) }
      }
    }
    guard isThere else { throw Self.missing(folder) }
    guard let secret, secret.count == 32 else { throw Self.problem(folder, failure) }
    key = MasterKey(bytes: secret)
    self.secret = secret
  }

  private static func missing(_ folder: String) -> VaultProblem {
    VaultProblem(
      folder, "there is no vault here, or it was never finished",
      hint: "'firedrill vault init \(folder)' makes one")
  }

  /// The usual number of reads and writes at once. A bucket is far away.
  var usualDepth: Int { place.directory == nil ? 12 : 4 }

  /// Throws unless objects of this vault can be locked.
  func requireLocks(_ option: String) throws(VaultProblem) {
    if let bucket = store as? BucketStore, !bucket.hasLocks {
      throw VaultProblem(
        option, "the bucket of \(name) has no object lock, so nothing in it can be locked",
        hint: "make a bucket with object lock, and a vault in that")
    }
  }

  /// Whether both vaults have the same key.
  func hasKey(of other: Vault) -> Bool { secret == other.secret }

  /// Whether both vaults are one directory or bucket, under whatever names.
  func isSame(as other: Vault) -> Bool {
    switch (place, other.place) {
    case (.directory(let a), .directory(let b)): a.resolved != nil && a.resolved == b.resolved
    case (.bucket, .bucket): place.description == other.place.description
    default: false
    }
  }

  /// Whether a path leads to the directory of the vault or to a place below it.
  func contains(_ path: FilePath) -> Bool {
    guard let own = place.directory?.resolved, let path = path.resolved else { return false }
    return path == own || path.bytes.starts(with: own.bytes + [UInt8(ascii: "/")])
  }

  private static func problem(_ folder: String, _ failure: KeySlot.Failure) -> VaultProblem {
    switch failure {
    case .wrongPassphrase:
      VaultProblem(
        folder, "the passphrase is not that of this vault", hint: "nothing was changed; try another")
    case .noMemory(let memory):
      VaultProblem(folder, "the key's derivation takes \(memory) of memory, which this machine does not have")
    case .damaged: VaultProblem(.damage, folder, "both copies of the vault's key are damaged or lost")
    case .unsupportedVersion(let version): VaultProblem(folder, .unsupportedVersion(version))
    }
  }

  private static func problem<R>(_ place: String, _ body: () throws(StorageError) -> R) throws(VaultProblem)
    -> R
  {
    do { return try body() } catch { throw VaultProblem(place, .storage(error)) }
  }

  /// Returns damaged objects that no job reads: copies of the vault's key and the store's notes on objects.
  func damagedNotes() -> [(key: ObjectKey, problem: String)] {
    let lost = Self.slots.compactMap { name in damagedSlot(name).map { (key: name, problem: $0) } }
    // Jobs read the attributes of a bucket's objects, and each costs a request.
    if place.directory == nil { return lost }
    let keys = ((try? store.list(prefix: "")) ?? []).filter { key in
      isOfVault(key) && !lost.contains { $0.key == key }
    }
    return (lost + keys.compactMap { key in damagedNote(key).map { (key: key, problem: $0) } })
      .sorted { $0.key < $1.key }
  }

  /// Returns the objects, ascending, that no program has written to a vault.
  func unknownObjects() -> [ObjectKey] {
    ((try? store.list(prefix: "")) ?? []).filter { !isOfVault($0) && !$0.name.hasPrefix("claims/") }
  }

  private func isOfVault(_ key: ObjectKey) -> Bool { key.isOfJobs || Self.slots.contains(key) }

  private func damagedSlot(_ name: ObjectKey) -> String? {
    guard let bytes = try? store.get(name, range: nil) else { return "is lost" }
    return (try? KeySlot(Array(bytes.slice))) == nil ? "is not as it was written" : nil
  }

  private func damagedNote(_ key: ObjectKey) -> String? {
    do throws(StorageError) {
      let attributes = try store.attributes(of: key)
      return attributes?.lockedUntil == .distantFuture
        ? "the note of its lock is not as it was written: it stays locked" : nil
    } catch {
      return error.kind == .damaged ? "the end of its file is not as it was written" : nil
    }
  }
}
