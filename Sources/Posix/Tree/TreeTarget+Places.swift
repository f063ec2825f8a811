import Glibc
import Storage

// The former contents of an entry's place, when a restore changes a directory with contents.
extension TreeTarget {
  /// Clears the place of an entry. A directory that is not empty keeps its contents, which no point may have, under
  /// another name.
  func remove(_ name: [UInt8], in parent: Descriptor, _ index: Int) throws(SystemError) {
    let place = FilePath(bytes: name)
    if place.withCString({ unlinkat(parent.number, $0, 0) }) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw SystemError("\(root / paths[index].bytes)") }
    if place.withCString({ unlinkat(parent.number, $0, AT_REMOVEDIR) }) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw SystemError("\(root / paths[index].bytes)") }
    let kept = try moveAside(place, in: parent, index)
    warn(index, "a directory with contents was in its place; it is kept as '\(kept)'")
  }

  /// Renames a directory, and returns its new name. A rename replaces nothing but an empty directory.
  private func moveAside(_ place: FilePath, in parent: Descriptor, _ index: Int) throws(SystemError)
    -> FilePath
  {
    for number in 1...Self.keptMaximum {
      let suffix = Array(".kept-\(number)".utf8)
      let kept = FilePath(bytes: place.bytes.prefix(Int(NAME_MAX) - suffix.count) + suffix)
      let result = place.withCString { old in
        kept.withCString { renameat(parent.number, old, parent.number, $0) }
      }
      if result == 0 { return kept }
      guard [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) else { break }
    }
    throw SystemError("\(root / paths[index].bytes)")
  }

  private static let keptMaximum = 1_000
}
