import Backup
import Glibc
import Storage

// Notes that show which points are mounted. A mount shares its point's note, and a removal takes it alone.
extension ClaimNotes {
  private func mountPath(_ point: PointID) -> FilePath {
    FilePath(Self.folder) / "mount-\(point)"
  }

  /// The result of noting that a point is mounted.
  enum MountNote {
    /// The note is held as long as the descriptor is.
    case held(Descriptor)
    /// The vault cannot be written, so nothing of it is removed through this directory either.
    case unwritable
    /// A process is removing the point.
    case refused
  }

  /// Notes that this process mounts a point.
  func shareMounted(_ point: PointID) -> MountNote {
    _ = FilePath(Self.folder).withCString { mkdirat(root.number, $0, 0o777) }
    let path = mountPath(point)
    for _ in 0..<16 {
      guard let note = try? Descriptor.open(path, at: root.number, O_RDWR | O_CREAT, mode: 0o666) else {
        return .unwritable
      }
      guard flock(note.number, LOCK_SH | LOCK_NB) == 0 else { return .refused }
      // A removal may have deleted the note between the two calls.
      if let status = try? note.status(path), status.st_nlink > 0 { return .held(note) }
    }
    return .refused
  }

  /// Takes the notes of points that no process of this machine has mounted; returns the mounted ones too.
  func claimUnmounted(_ points: [PointID]) -> (notes: [Held], mounted: [PointID]) {
    _ = FilePath(Self.folder).withCString { mkdirat(root.number, $0, 0o777) }
    var notes: [Held] = []
    var mounted: [PointID] = []
    for point in points {
      let path = mountPath(point)
      guard let note = try? Descriptor.open(path, at: root.number, O_RDWR | O_CREAT, mode: 0o666) else {
        continue
      }
      if flock(note.number, LOCK_EX | LOCK_NB) == 0 {
        notes.append(Held(note: note, path: path, root: root))
      } else {
        mounted.append(point)
      }
    }
    return (notes, mounted)
  }

  /// Returns those of some points that a process of this machine has mounted.
  func mounted(among points: [PointID]) -> Set<PointID> {
    Set(
      points.filter { point in
        guard let note = try? Descriptor.open(mountPath(point), at: root.number, O_RDWR) else { return false }
        return flock(note.number, LOCK_EX | LOCK_NB) != 0
      })
  }
}
