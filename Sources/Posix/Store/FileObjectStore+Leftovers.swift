import Glibc
import Units

extension FileObjectStore {
  /// Removes leftovers of puts that a crash interrupted, unless they were written within `age`. Files that
  /// cannot be removed stay.
  func removeLeftovers(of age: Duration, at now: Instant) {
    removeLeftovers(in: FilePath("."), before: now - age)
  }

  private func removeLeftovers(in folder: FilePath, before limit: Instant) {
    for entry in (try? DirectoryListing.entries(of: folder, at: root.number)) ?? [] {
      let path = folder / entry.name
      switch entry.kind {
      case .directory: removeLeftovers(in: path, before: limit)
      case .file where entry.name.starts(with: TemporaryFile.prefix.utf8):
        var status = stat()
        let isKnown = path.withCString { fstatat(root.number, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
        guard isKnown, Instant(status.st_mtim) < limit else { continue }
        _ = path.withCString { unlinkat(root.number, $0, 0) }
      default: continue
      }
    }
  }
}
