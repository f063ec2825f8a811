import Backup
import Glibc
import Storage

/// Notes that show whether the process of each claim still runs. Every running backup locks its own note, and
/// the system releases the lock when the process ends.
///
/// A note counts only on the machine that wrote it, because not every file system shares locks with other
/// machines.
struct ClaimNotes {
  static let folder = ".claims"
  let root: Descriptor

  init(_ root: Descriptor) { self.root = root }

  /// The name of this machine, with an identifier that distinguishes machines of the same name.
  private static let machine: [UInt8] = {
    let place = FilePath("/etc/machine-id")
    var identity = Array(hostName.utf8) + [UInt8(ascii: "\n")]
    if let file = try? Descriptor.open(place, O_RDONLY) { identity += contents(of: file) }
    return identity
  }()

  private static func contents(of file: Descriptor) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)) ?? 0
    }
  }

  /// A note that is held while a process works for a claim.
  struct Held {
    let note: Descriptor
    let path: FilePath
    let root: Descriptor

    func remove() { _ = path.withCString { unlinkat(root.number, $0, 0) } }
  }

  private func path(_ point: PointID) -> FilePath { FilePath(Self.folder) / point.description }

  /// Notes that this process works for a claim; `nil` when the note cannot be written. The claim then lasts
  /// for its lease.
  func hold(_ point: PointID) -> Held? {
    _ = FilePath(Self.folder).withCString { mkdirat(root.number, $0, 0o777) }
    let path = path(point)
    guard let note = try? Descriptor.open(path, at: root.number, O_RDWR | O_CREAT, mode: 0o666),
      flock(note.number, LOCK_EX | LOCK_NB) == 0
    else { return nil }
    Self.machine.withUnsafeBytes { try? note.write($0, at: 0) }
    return Held(note: note, path: path, root: root)
  }

  /// Returns the claims of this machine whose process has ended. While the notes are held, no other process
  /// can take the claims.
  func abandoned() -> [(point: PointID, note: Held)] {
    let entries = (try? DirectoryListing.entries(of: FilePath(Self.folder), at: root.number)) ?? []
    return entries.compactMap { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      guard let point = PointID(ObjectKey(folder: "points", name: name)),
        let note = try? Descriptor.open(path(point), at: root.number, O_RDWR),
        Self.contents(of: note) == Self.machine, flock(note.number, LOCK_EX | LOCK_NB) == 0
      else { return nil }
      return (point, Held(note: note, path: path(point), root: root))
    }.sorted { $0.point < $1.point }
  }
}
