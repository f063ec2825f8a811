import Foundation

/// Calls that the Swift overlay of the C library does not show. They are looked up by name: a module of their headers
/// does not go together with Foundation.
enum ExtendedAttributes {
  private typealias List = @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>, Int) -> Int
  private typealias Get =
    @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutablePointer<UInt8>, Int) -> Int
  private typealias Set =
    @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<UInt8>, Int, Int32) -> Int32

  private static func call<F>(_ name: String) -> F? {
    dlsym(nil, name).map { unsafeBitCast($0, to: F.self) }
  }

  /// Does nothing where the file system has none.
  static func set(_ name: String, _ value: String, on path: String) {
    set(name, bytes: Array(value.utf8), on: path)
  }

  static func set(_ name: String, bytes: [UInt8], on path: String) {
    let set: Set? = call("setxattr")
    _ = set?(path, name, bytes, bytes.count, 0)
  }

  /// The attributes of a name itself, ascending.
  static func all(of path: [CChar]) -> [String] {
    guard let list: List = call("llistxattr"), let get: Get = call("lgetxattr") else { return [] }
    var names = [CChar](repeating: 0, count: 4_096)
    let count = list(path, &names, names.count)
    return names.prefix(max(0, count)).split(separator: 0).map { name in
      var value = [UInt8](repeating: 0, count: 4_096)
      let length = get(path, Array(name) + [0], &value, value.count)
      return
        "\(String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self))=\(value.prefix(max(0, length)))"
    }.sorted()
  }
}
