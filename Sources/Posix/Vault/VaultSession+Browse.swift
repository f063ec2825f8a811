import Backup
import Storage
import Units

/// One name of a point's tree.
public struct TreeListing: Sendable {
  public let path: FilePath
  public let entry: TreeEntry

  /// The size of the file; `nil` for other kinds.
  public var size: ByteCount? { if case .file(let size, _) = entry.kind { size } else { nil } }
}

/// The change of a name from one point to another.
public struct TreeChange: Sendable {
  public enum Kind: String, Sendable {
    case added
    case removed
    /// The name has another kind of object.
    case replaced
    /// The size, the time or a link's target differs.
    case modified
    /// The owner, mode or extended attributes differ.
    case attributes
  }

  public let kind: Kind
  public let path: FilePath
}

extension VaultSession {
  /// Returns the entries at a path of a point's tree, ascending; of a directory also its contents.
  ///
  /// - Parameter isDeep: Whether what lies deeper is listed too.
  public func list(
    _ point: RecoveryPoint, at path: FilePath = FilePath(""), isDeep: Bool = false
  ) throws(VaultProblem) -> [TreeListing] {
    let catalog = try treeCatalog(of: point)
    guard let top = catalog.entry(at: path) else {
      throw VaultProblem(
        path.description, "the point \(point.shortName) has no such path",
        hint: "'firedrill vault find \(name) NAME' looks for a name in all points")
    }
    let paths = TreePaths(catalog)
    let depth = catalog.entries[top].depth
    var listings: [TreeListing] = []
    for index in top..<catalog.entries.count {
      let entry = catalog.entries[index]
      if index > top, entry.depth <= depth { break }
      if index == top, entry.kind == .directory { continue }
      if entry.depth <= depth + 1 || isDeep {
        listings.append(TreeListing(path: paths[index], entry: catalog.resolved(index)))
      }
    }
    return listings
  }

  /// Calls back with the names in some points that match a pattern, point by point.
  public func find(
    _ pattern: ExcludePattern, in points: [RecoveryPoint],
    _ body: (RecoveryPoint, TreeListing) -> Void
  ) throws(VaultProblem) {
    for point in points where point.isTree {
      let catalog = try treeCatalog(of: point)
      let paths = TreePaths(catalog)
      for index in catalog.entries.indices.dropFirst() {
        let path = paths[index]
        guard pattern.matches(path.bytes, isDirectory: catalog.entries[index].kind == .directory) else {
          continue
        }
        body(point, TreeListing(path: path, entry: catalog.resolved(index)))
      }
    }
  }

  /// Returns the differences between the trees of two points, ascending by path.
  public func changes(
    from old: RecoveryPoint, to new: RecoveryPoint
  ) throws(VaultProblem) -> [TreeChange] {
    var before = TreeCursor(try treeCatalog(of: old))
    var after = TreeCursor(try treeCatalog(of: new))
    var changes: [TreeChange] = []
    while true {
      switch (before.path, after.path) {
      case (nil, nil): return changes
      case (let path?, nil): changes.append(before.change(.removed, path))
      case (nil, let path?): changes.append(after.change(.added, path))
      case (let a?, let b?) where a == b:
        if let kind = before.entry.change(to: after.entry) { changes.append(after.change(kind, b)) }
        before.advance()
        after.advance()
        continue
      case (let a?, let b?):
        let isRemoved = a.lexicographicallyPrecedes(b) { $0.lexicographicallyPrecedes($1) }
        changes.append(isRemoved ? before.change(.removed, a) : after.change(.added, b))
        if isRemoved { before.advance() } else { after.advance() }
        continue
      }
      before.advance()
      after.advance()
    }
  }
}

/// A cursor over the entries of a tree with the names above each.
private struct TreeCursor {
  private let catalog: TreeCatalog
  private var index = 0
  private var names: [[UInt8]] = []

  init(_ catalog: TreeCatalog) {
    self.catalog = catalog
    advance()
  }

  var path: [[UInt8]]? { index < catalog.entries.count ? names : nil }
  var entry: TreeEntry { catalog.resolved(index) }

  mutating func advance() {
    index += 1
    guard index < catalog.entries.count else { return }
    let entry = catalog.entries[index]
    names.removeLast(max(0, names.count - (entry.depth - 1)))
    names.append(entry.name)
  }

  func change(_ kind: TreeChange.Kind, _ path: [[UInt8]]) -> TreeChange {
    TreeChange(kind: kind, path: FilePath(bytes: Array(path.joined(separator: [UInt8(ascii: "/")]))))
  }
}

extension TreeCatalog {
  /// Returns the entry of the file itself for a further name of the file.
  fileprivate func resolved(_ index: Int) -> TreeEntry {
    var entry = entries[index]
    guard case .hardLink(let target) = entry.kind else { return entry }
    let (name, depth) = (entry.name, entry.depth)
    entry = entries[target]
    (entry.name, entry.depth) = (name, depth)
    return entry
  }
}

extension TreeEntry {
  fileprivate func change(to other: TreeEntry) -> TreeChange.Kind? {
    switch (kind, other.kind) {
    case (.directory, .directory), (.pipe, .pipe), (.socket, .socket): break
    case (.file(let size, _), .file(let newSize, _)):
      if size != newSize || attributes.modified != other.attributes.modified { return .modified }
    case (.symbolicLink(let target), .symbolicLink(let newTarget)):
      if target != newTarget { return .modified }
    case (.characterDevice(let number), .characterDevice(let newNumber)),
      (.blockDevice(let number), .blockDevice(let newNumber)):
      if number != newNumber { return .modified }
    default: return .replaced
    }
    let isSame =
      attributes.mode == other.attributes.mode && attributes.owner == other.attributes.owner
      && attributes.group == other.attributes.group && extended == other.extended
    return isSame ? nil : .attributes
  }
}
