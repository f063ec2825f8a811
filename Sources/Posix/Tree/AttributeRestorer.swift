import CLinux
import Glibc

/// Restores the attributes of files, as far as the user's rights allow.
final class AttributeRestorer: Sendable {
  private let isAdministrator = geteuid() == 0
  private let refused = Monitor<[TreeWarning]>([])

  var warnings: [TreeWarning] { refused.withLock { $0 } }

  /// Applies the attributes of an entry. The owner precedes the mode, because a change of owner clears the
  /// set-user bit. The times are last, because all other changes affect them.
  func apply(_ entry: TreeEntry, to file: Descriptor, _ path: @autoclosure () -> FilePath) {
    let attributes = entry.attributes
    if isAdministrator, fchown(file.number, attributes.owner, attributes.group) != 0 { warn(path(), "owner") }
    for attribute in entry.extended {
      let result = FilePath(bytes: attribute.name).withCString {
        fsetxattr(file.number, $0, attribute.value, attribute.value.count, 0)
      }
      if result != 0 { warn(path(), "extended attribute \(FilePath(bytes: attribute.name))") }
    }
    if fchmod(file.number, attributes.mode) != 0 { warn(path(), "mode") }
    let times = [attributes.modified.timespec, attributes.modified.timespec]
    if futimens(file.number, times) != 0 { warn(path(), "time") }
  }

  /// Applies attributes to links, pipes and devices, which cannot be opened.
  func apply(_ entry: TreeEntry, in folder: Descriptor, _ path: @autoclosure () -> FilePath) {
    let attributes = entry.attributes
    let times = [attributes.modified.timespec, attributes.modified.timespec]
    FilePath(bytes: entry.name).withCString { name in
      if isAdministrator,
        fchownat(folder.number, name, attributes.owner, attributes.group, AT_SYMLINK_NOFOLLOW) != 0
      {
        warn(path(), "owner")
      }
      if case .symbolicLink = entry.kind {
      } else if fchmodat(folder.number, name, attributes.mode, 0) != 0 {
        warn(path(), "mode")
      }
      if utimensat(folder.number, name, times, AT_SYMLINK_NOFOLLOW) != 0 { warn(path(), "time") }
    }
    let place = ExtendedAttribute.path(of: entry.name, in: folder)
    for attribute in entry.extended {
      let result = place.withCString { place in
        FilePath(bytes: attribute.name).withCString {
          lsetxattr(place, $0, attribute.value, attribute.value.count, 0)
        }
      }
      if result != 0 { warn(path(), "extended attribute \(FilePath(bytes: attribute.name))") }
    }
  }

  private func warn(_ path: FilePath, _ what: String) {
    let warning = TreeWarning(
      path: path, problem: "\(what) not restored: \(String(cString: strerror(errno)))")
    refused.withLock { $0.append(warning) }
  }
}
