import Backup
import Storage
import Units

/// A part of a point's tree, with the places of its bytes in the point's contents stream.
struct TreeSelection {
  private(set) var catalog: TreeCatalog
  /// The offset of each entry's bytes in the contents stream.
  private(set) var starts: [ByteCount] = []
  /// The requested paths that the tree does not have.
  private(set) var absent: [FilePath] = []

  /// Selects everything.
  init(all catalog: TreeCatalog) {
    self.catalog = catalog
    starts = catalog.contentOffsets
  }

  /// Selects entries at some paths from the root, with everything in them and the directories above.
  init(_ paths: [FilePath], in whole: TreeCatalog) {
    catalog = TreeCatalog(root: whole.root, host: whole.host, entries: TreeEntries())
    let parents = whole.parents
    var isWanted = [Bool](repeating: false, count: whole.entries.count)
    for path in paths {
      guard let index = whole.entry(at: path) else {
        absent.append(path)
        continue
      }
      var above = index
      while above != 0 {
        above = Int(parents[above])
        isWanted[above] = true
      }
      let depth = whole.entries[index].depth
      isWanted[index] = true
      var next = index + 1
      while next < whole.entries.count, whole.entries[next].depth > depth {
        isWanted[next] = true
        next += 1
      }
    }
    take(isWanted, of: whole)
  }

  /// Selects entries. If a file's first name is not selected, its first selected name becomes the file.
  private mutating func take(_ isWanted: [Bool], of whole: TreeCatalog) {
    let offsets = whole.contentOffsets
    var places: [Int: Int] = [:]
    for (index, var entry) in whole.entries.enumerated() where isWanted[index] {
      var start = offsets[index]
      if case .hardLink(let target) = entry.kind {
        if let place = places[target] {
          entry.kind = .hardLink(entry: place)
        } else {
          let (name, depth) = (entry.name, entry.depth)
          entry = whole.entries[target]
          (entry.name, entry.depth) = (name, depth)
          start = offsets[target]
          places[target] = catalog.entries.count
        }
      } else {
        places[index] = catalog.entries.count
      }
      catalog.entries.append(entry)
      starts.append(start)
    }
  }
}

extension TreeCatalog {
  /// Returns the entry at a path from the root of the tree, or at an absolute path in it. Complexity:
  /// O(entries).
  public func entry(at path: FilePath) -> Int? {
    var bytes = path.bytes[...]
    if bytes.starts(with: root), root.last == slash || bytes.dropFirst(root.count).first ?? slash == slash {
      bytes = bytes.dropFirst(root.count)
    }
    var current = 0
    for name in bytes.split(separator: slash).map(Array.init) where name != Array(".".utf8) {
      guard let child = child(of: current, named: name) else { return nil }
      current = child
    }
    return current
  }

  private var slash: UInt8 { UInt8(ascii: "/") }

  private func child(of directory: Int, named name: [UInt8]) -> Int? {
    let depth = entries[directory].depth
    var index = directory + 1
    while index < entries.count {
      let entry = entries[index]
      if entry.depth <= depth { return nil }
      if entry.depth == depth + 1, entry.name == name { return index }
      index += 1
    }
    return nil
  }
}
