import Backup
import Glibc
import Posix
import Units

/// The directories above the points of a mount. Hosts hold sources, and sources hold points and `latest`, a
/// symbolic link to the newest point.
struct PointFolders: Sendable {
  /// A child of a directory.
  struct Child: Sendable {
    let name: [UInt8]
    let target: Target
  }

  enum Target: Hashable, Sendable {
    case folder(Int)
    case link(Int)
    case point(Int)
  }

  struct Folder: Sendable {
    let parent: Int
    /// The children, ascending by name.
    var children: [Child] = []
    var modified: Instant
  }

  private(set) var folders: [Folder] = []
  /// The targets of symbolic links.
  private(set) var links: [(target: [UInt8], modified: Instant)] = []
  /// The directory of each point.
  private(set) var parents: [Int] = []

  private static let nameMaximum = 255

  /// - Parameter points: Ascending.
  init(_ points: [RecoveryPoint]) {
    folders.append(Folder(parent: 0, modified: points.last?.instant ?? .epoch))
    parents = Array(repeating: 0, count: points.count)
    var hosts: [String: Int] = [:]
    var sources: [PointOrigin: Int] = [:]
    for (number, point) in points.enumerated() {
      let host = hosts[point.host] ?? addFolder(point.host, in: 0)
      hosts[point.host] = host
      let path = String(point.source.dropFirst(point.host.count + 1))
      let source = sources[point.origin] ?? addFolder(path, in: host)
      sources[point.origin] = source
      add(Self.name(of: point), .point(number), to: source)
      parents[number] = source
      for folder in [source, host] {
        folders[folder].modified = max(folders[folder].modified, point.instant)
      }
    }
    for source in sources.values.sorted() { addLatest(to: source, points) }
    for index in folders.indices {
      folders[index].children.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
  }

  private static func name(of point: RecoveryPoint) -> String { "\(point.instant)-\(point.shortName)" }

  private mutating func addFolder(_ text: String, in parent: Int) -> Int {
    folders.append(Folder(parent: parent, modified: .epoch))
    add(text, .folder(folders.count - 1), to: parent)
    return folders.count - 1
  }

  private mutating func addLatest(to folder: Int, _ points: [RecoveryPoint]) {
    let numbers = folders[folder].children.compactMap { child in
      if case .point(let number) = child.target { number } else { nil }
    }
    guard let newest = numbers.map({ points[$0] }).newest else { return }
    links.append((Self.encoded(Self.name(of: newest)), newest.instant))
    add("latest", .link(links.count - 1), to: folder)
  }

  /// Adds a child under its encoded name, or with a number after it where the name is taken.
  private mutating func add(_ text: String, _ target: Target, to folder: Int) {
    let encoded = Self.encoded(text)
    var name = encoded
    var number = 2
    while name.count > Self.nameMaximum || folders[folder].children.contains(where: { $0.name == name }) {
      name = encoded.prefix(Self.nameMaximum - 8) + Array("~\(number)".utf8)
      number += 1
    }
    folders[folder].children.append(Child(name: name, target: target))
  }

  /// Returns a name for a path, without the first slash. Other slashes become `%2F` and percent signs `%25`.
  private static func encoded(_ path: String) -> [UInt8] {
    var name: [UInt8] = []
    for byte in path.utf8.drop(while: { $0 == UInt8(ascii: "/") }) {
      switch byte {
      case UInt8(ascii: "/"): name += Array("%2F".utf8)
      case UInt8(ascii: "%"): name += Array("%25".utf8)
      case 0: name += Array("%00".utf8)
      default: name.append(byte)
      }
    }
    switch name {
    case []: return Array("%2F".utf8)
    case Array(".".utf8): return Array("%2E".utf8)
    case Array("..".utf8): return Array("%2E%2E".utf8)
    default: return name
    }
  }
}
