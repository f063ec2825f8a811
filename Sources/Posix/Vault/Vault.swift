import Backup
import Glibc
import Storage
import Units

/// A vault in a directory, opened with its passphrase.
public struct Vault: Sendable {
  public let path: FilePath
  let store: FileObjectStore
  let key: MasterKey
  private let secret: [UInt8]

  /// The two copies of the slot. A flipped bit in one must not lose the vault.
  private static let slots = ["key-1", "key-2"].map { ObjectKey(folder: "config", name: $0) }

  /// The range of scrypt's cost for a new vault. Opening a vault takes that many KiB of memory.
  public static let scryptRounds = KeySlot.roundsRange
  public static let usualScryptRounds = KeySlot.usualRounds

  /// Creates a vault in a missing or empty directory.
  ///
  /// - Parameters:
  ///   - scryptRounds: A power of two.
  ///   - other: A vault whose points are to be copied to this one: both then have one key, each under its own passphrase.
  public static func create(
    _ path: FilePath, passphrase: [UInt8], scryptRounds: Int = usualScryptRounds,
    forCopiesOf other: Vault? = nil
  ) throws(VaultProblem) {
    let folder = path.description
    if path.withCString({ mkdir($0, 0o777) }) != 0, errno != EEXIST {
      throw VaultProblem(folder, SystemError(folder))
    }
    var store = try open(path)
    let existing = try problem(folder) { () throws(StorageError) in try store.list(prefix: "") }
    if existing.contains(where: slots.contains) {
      throw VaultProblem(folder, "there is a vault here already", hint: "use it, or name another directory")
    }
    guard try isUnused(path, folder) else {
      throw VaultProblem(folder, "this directory is not empty", hint: "name one that is missing or empty")
    }
    let secret = other?.secret ?? secretBytes(32)
    guard let slot = try? KeySlot(secret, passphrase: passphrase, rounds: scryptRounds) else {
      throw VaultProblem("--scrypt-rounds", "\(scryptRounds) is no power of two that scrypt takes")
    }
    let bytes = Bytes(slot.encoded)
    for name in slots {
      _ = try problem(folder) { () throws(StorageError) in
        try store.put(bytes, as: name, if: .absent, lockedUntil: nil, at: .now)
      }
    }
    try found(store, MasterKey(bytes: secret), folder)
  }

  /// Writes the configuration, so that a vault is complete before its first backup.
  private static func found(_ store: FileObjectStore, _ key: MasterKey, _ folder: String) throws(VaultProblem)
  {
    let job = FoundJob(key: key, salt: JobSalt(bytes: secretBytes(32)))
    guard let outcome = try? JobRunner(store, cores: 0, depth: 0).run(job) else { return }
    if case .failed(let failure) = outcome { throw VaultProblem(folder, failure) }
  }

  /// Takes the shared right of a running backup.
  func claimRunning() throws(VaultProblem) -> Descriptor {
    do throws(SystemError) { return try store.share("running") } catch {
      throw VaultProblem(path.description, error)
    }
  }

  /// Takes the exclusive right to the vault; throws while a backup runs.
  func claimAlone() throws(VaultProblem) -> Descriptor {
    do throws(SystemError) {
      if let claim = try store.claim("running") { return claim }
    } catch {
      throw VaultProblem(path.description, error)
    }
    throw VaultProblem(
      path.description, "there is no space left, and a backup is running",
      hint: "wait until it has ended, or make room")
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
    self.path = path
    let folder = path.description
    store = try Self.open(path)
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
    guard isThere else {
      throw VaultProblem(
        folder, "there is no vault here, or it was never finished",
        hint: "'firedrill vault init \(folder)' makes one")
    }
    guard let secret, secret.count == 32 else { throw Self.problem(folder, failure) }
    key = MasterKey(bytes: secret)
    self.secret = secret
  }

  /// Whether both vaults have the same key.
  func hasKey(of other: Vault) -> Bool { secret == other.secret }

  private static func problem(_ folder: String, _ failure: KeySlot.Failure) -> VaultProblem {
    switch failure {
    case .wrongPassphrase:
      VaultProblem(
        folder, "the passphrase is not that of this vault", hint: "nothing was changed; try another")
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
    let keys = ((try? store.list(prefix: "")) ?? []).filter { key in !lost.contains { $0.key == key } }
    return (lost + keys.compactMap { key in damagedNote(key).map { (key: key, problem: $0) } })
      .sorted { $0.key < $1.key }
  }

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
