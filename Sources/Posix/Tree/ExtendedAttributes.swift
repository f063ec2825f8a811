import CLinux
import Glibc

extension ExtendedAttribute {
  /// Returns a short path to a name in an open directory of any depth. The name is not followed, so the path
  /// works for links, pipes and devices, which cannot be opened.
  static func path(of name: [UInt8], in folder: Descriptor) -> FilePath {
    FilePath("/proc/self/fd/\(folder.number)") / (name.isEmpty ? Array(".".utf8) : name)
  }

  /// Returns the attributes of a name itself, ascending, and the problems with missing ones. Both are empty
  /// where the file system has none.
  static func all(of name: [UInt8], in folder: Descriptor) -> (
    attributes: [ExtendedAttribute], problems: [String]
  ) {
    let path = path(of: name, in: folder)
    guard let list = bytes({ path, buffer, size in llistxattr(path, buffer, size) }, path) else {
      return errno == ENOTSUP ? ([], []) : ([], ["extended attributes cannot be read: \(Self.reason)"])
    }
    var attributes: [ExtendedAttribute] = []
    var problems: [String] = []
    for name in list.split(separator: 0).map(Array.init).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let value = bytes(
        { path, buffer, size in
          FilePath(bytes: name).withCString { lgetxattr(path, $0, buffer, size) }
        }, path)
      if let value {
        attributes.append(ExtendedAttribute(name: name, value: value))
      } else if errno != ENODATA, errno != ENOTSUP {
        problems.append("extended attribute \(FilePath(bytes: name)) cannot be read: \(Self.reason)")
      }
    }
    return (attributes, problems)
  }

  private static var reason: String { String(cString: strerror(errno)) }

  /// Returns the result of a call that reports its size when asked for none. The call is repeated when the
  /// size has grown meanwhile.
  private static func bytes(
    _ call: (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, Int) -> Int, _ path: FilePath
  ) -> [UInt8]? {
    for _ in 0..<8 {
      let size = path.withCString { call($0, nil, 0) }
      guard size > 0 else { return size == 0 ? [] : nil }
      var buffer = [CChar](repeating: 0, count: size)
      let count = path.withCString { call($0, &buffer, size) }
      if count >= 0 { return buffer[..<count].map { UInt8(bitPattern: $0) } }
      guard errno == ERANGE else { return nil }
    }
    return nil
  }
}
