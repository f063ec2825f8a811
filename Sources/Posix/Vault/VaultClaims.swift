import Backup
import Glibc
import ObjectStorage
import Storage
import Units

/// The rights that processes take at a vault: to back up, to remove, to be alone.
///
/// They are locks on files of a folder: that of the vault, or for a bucket one on this machine. A bucket also holds an
/// object `claims/prune` while a prune or repair is at work, since other machines do not see such a folder.
struct VaultClaims: Sendable {
  private static let mark = ObjectKey(folder: "claims", name: "prune")

  private let place: String
  private let folder: Descriptor
  private let bucket: BucketStore?
  /// The identity of this machine and user among those that use the bucket.
  private let owner: String

  /// Creates the claims of a vault in a directory.
  init(_ path: FilePath, _ root: Descriptor) {
    place = path.description
    folder = root
    bucket = nil
    owner = ""
  }

  /// Creates the claims of a vault in a bucket.
  init(_ access: BucketAccess, _ store: BucketStore) throws(VaultProblem) {
    place = access.address.description
    bucket = store
    let states = try Self.stateFolder()
    let name = Digest(sha256: Bytes(utf8: access.address.identity)).description.prefix(32)
    do throws(SystemError) {
      owner = try Self.machine(in: states)
      let path = states / String(name)
      try Self.make(path)
      folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
    } catch {
      throw VaultProblem(error.place, error)
    }
  }

  // MARK: The folder on this machine

  private static func stateFolder() throws(VaultProblem) -> FilePath {
    let above =
      variable("XDG_STATE_HOME") ?? variable("HOME").map { "\($0)/.local/state" } ?? "/var/tmp/\(getuid())"
    do throws(SystemError) {
      let folder = FilePath(above) / "firedrill"
      try make(folder)
      return folder
    } catch {
      throw VaultProblem(error.place, error)
    }
  }

  /// Creates a directory and those above it.
  private static func make(_ path: FilePath) throws(SystemError) {
    if path.withCString({ mkdir($0, 0o700) }) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path.folder != path else { throw SystemError("\(path)") }
    try make(path.folder)
    if path.withCString({ mkdir($0, 0o700) }) != 0, errno != EEXIST { throw SystemError("\(path)") }
  }

  /// Returns the drawn name of this machine, drawing it first if needed.
  private static func machine(in folder: FilePath) throws(SystemError) -> String {
    let path = folder / "machine"
    let file = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
    while flock(file.number, LOCK_EX) != 0 { if errno != EINTR { throw SystemError("\(path)") } }
    var held = [UInt8](repeating: 0, count: 32)
    let count = try read(file, &held)
    if count == 32 { return String(decoding: held, as: UTF8.self) }
    let drawn = secretBytes(16).withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64).self) }
    let name = String(hexadecimal: drawn.0, drawn.1)
    var failure: SystemError?
    Array(name.utf8).withUnsafeBytes { raw in
      do throws(SystemError) { try file.write(raw, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    return name
  }

  private static func read(_ file: Descriptor, _ bytes: inout [UInt8]) throws(SystemError) -> Int {
    var count = 0
    var failure: SystemError?
    bytes.withUnsafeMutableBytes { raw in
      do throws(SystemError) { count = try file.read(into: raw, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    return count
  }

  // MARK: Rights

  var notes: ClaimNotes { ClaimNotes(folder) }

  /// Takes the shared right of a running backup.
  func running() throws(VaultProblem) -> Descriptor {
    do throws(SystemError) { return try lock("running", LOCK_SH) } catch {
      throw VaultProblem(place, error)
    }
  }

  /// Takes the exclusive right to the vault; throws while a backup runs.
  func alone() throws(VaultProblem) -> Descriptor {
    guard bucket == nil else {
      throw VaultProblem(
        place, "there is no space left in the bucket, and a prune writes a little before it removes much",
        hint: "raise the bucket's quota, and run it again")
    }
    do throws(SystemError) { return try lock("running", LOCK_EX | LOCK_NB) } catch {
      guard error.code == EWOULDBLOCK else { throw VaultProblem(place, error) }
      throw VaultProblem(
        place, "there is no space left, and a backup is running",
        hint: "wait until it has ended, or make room")
    }
  }

  /// Takes the right to remove, held until the claim is dropped.
  ///
  /// - Parameter isForced: Whether a claim of another machine is void.
  func pruning(isForced: Bool = false) throws(VaultProblem) -> PruneClaim {
    let local: Descriptor
    do throws(SystemError) { local = try lock("prune", LOCK_EX | LOCK_NB) } catch {
      guard error.code == EWOULDBLOCK else { throw VaultProblem(place, error) }
      throw VaultProblem(place, "another prune or repair is at work", hint: "wait until it has ended")
    }
    guard let bucket else { return PruneClaim(local, nil) }
    try take(bucket, isForced)
    return PruneClaim(local) {
      var store = bucket
      try? store.delete(Self.mark, if: nil, at: .now)
    }
  }

  private func lock(_ name: String, _ operation: Int32) throws(SystemError) -> Descriptor {
    let path = FilePath(".\(name)")
    let file = try Descriptor.open(path, at: folder.number, O_RDWR | O_CREAT, mode: 0o666)
    while flock(file.number, operation) != 0 {
      if errno != EINTR { throw SystemError("\(path)") }
    }
    return file
  }

  /// Puts the mark into the bucket. A mark of this machine is void, because its process holds no lock here.
  private func take(_ bucket: BucketStore, _ isForced: Bool) throws(VaultProblem) {
    var store = bucket
    let text = Bytes(utf8: "\(owner)\n\(hostName)\n\(Instant.now)\n")
    for _ in 0..<2 {
      do throws(StorageError) {
        try store.put(text, as: Self.mark, if: .absent, lockedUntil: nil, at: .now)
        return
      } catch {
        guard error.kind == .conditionFailed else { throw VaultProblem(place, .storage(error)) }
      }
      var held: [String] = []
      do throws(StorageError) {
        held = String(decoding: try store.get(Self.mark, range: nil).slice, as: UTF8.self)
          .split(separator: "\n").map(String.init)
        if isForced || held.first == owner { try store.delete(Self.mark, if: nil, at: .now) }
      } catch {
        guard error.kind == .notFound else { throw VaultProblem(place, .storage(error)) }
        continue
      }
      guard isForced || held.first == owner else { throw busy(held) }
    }
    throw busy([])
  }

  private func busy(_ held: [String]) -> VaultProblem {
    let by = held.count > 2 ? " on \(held[1]) since \(held[2])" : ""
    return VaultProblem(
      place, "another prune or repair is at work\(by)",
      hint: "wait until it has ended; if its machine is gone, 'firedrill vault unlock \(place) --all'")
  }
}

/// The right to remove objects of a vault, given back when dropped.
final class PruneClaim: Sendable {
  private let local: Descriptor
  private let release: (@Sendable () -> Void)?

  init(_ local: Descriptor, _ release: (@Sendable () -> Void)?) {
    self.local = local
    self.release = release
  }

  deinit { release?() }
}
