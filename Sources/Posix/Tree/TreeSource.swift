import Backup
import CLinux
import Glibc
import Storage
import Units

/// The files of a scanned tree as two streams: what they hold, one after the other, and then the catalog, which is read
/// when all files have been.
final class TreeSource: StreamHost {
  static let contentsStream = 0
  static let catalogStream = 1

  private struct State {
    var catalog: [UInt8]
    var warnings: [TreeWarning] = []
    var changed = 0
    var lost = 0
    /// Reads of contents that were asked for and are not done.
    var unread = 0
  }

  private let root: FilePath
  private let folder: Descriptor
  private let catalog: TreeCatalog
  /// Where the parts of files lie in the contents stream, ascending.
  private let parts: [Part]
  private let conditions: [Int]
  private let paths: TreePaths
  private let state: Monitor<State>

  /// A run of one file's bytes.
  private struct Part {
    let start: Int
    let entry: Int
    let extent: Extent
  }

  let snapshot: Snapshot

  /// - Parameter label: Of the source, the same for all its points.
  init(_ root: FilePath, _ scan: TreeScan, host: String, label: String, at instant: Instant)
    throws(SystemError)
  {
    self.root = root
    folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    catalog = TreeCatalog(root: root.bytes, host: host, entries: scan.entries)
    paths = TreePaths(catalog)
    var parts: [Part] = []
    var pieces: [Piece] = []
    var offset = 0
    for (index, entry) in scan.entries.enumerated() {
      guard case .file(_, let data) = entry.kind else { continue }
      var carried = scan.carried[index]
      for extent in data {
        parts.append(Part(start: offset, entry: index, extent: extent))
        pieces.append(Piece(length: extent.length, carried: carried))
        if let place = carried { carried = place + extent.length }
        offset += Int(extent.length.bytes)
      }
    }
    self.parts = parts
    let encoded = catalog.encoded
    conditions = encoded.conditions
    let description = StreamDescription(
      name: label, kind: .tree, length: ByteCount(encoded.bytes.count))
    snapshot = Snapshot(
      instant: instant, consistency: .inconsistent,
      streams: [SourceStream(name: "contents", kind: .contents, pieces: pieces), SourceStream(description)])
    state = Monitor(State(catalog: encoded.bytes))
  }

  /// What went wrong so far, and how many files it concerns.
  var findings: (warnings: [TreeWarning], changed: Int, lost: Int) {
    state.withLock { ($0.warnings, $0.changed, $0.lost) }
  }

  /// Bytes of the files that are not known to be those of the last point, and of the catalog.
  var unread: ByteCount {
    snapshot.streams.reduce(.zero) { sum, stream in
      guard let pieces = stream.pieces else { return sum + stream.description.length }
      return pieces.reduce(sum) { $1.carried == nil ? $0 + $1.length : $0 }
    }
  }

  func announce(_ operation: StreamOperation, on stream: Int) {
    if stream == Self.contentsStream { state.withLock { $0.unread += 1 } }
  }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    guard case .read(let extent) = operation else { throw StorageError(.invalid, "a source is only read") }
    if stream == Self.catalogStream { return .bytes(readCatalog(extent)) }
    defer { state.change { $0.unread -= 1 } }
    return .bytes(read(extent))
  }

  private func readCatalog(_ extent: Extent) -> Bytes {
    state.wait { state in
      // They were all asked for before.
      guard state.unread == 0 else { return nil }
      return Bytes(Array(state.catalog[Int(extent.offset.bytes)..<Int(extent.end.bytes)]))
    }
  }

  private func read(_ extent: Extent) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: Int(extent.length.bytes)) { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        var position = Int(extent.offset.bytes)
        let end = Int(extent.end.bytes)
        var number = part(at: position)
        while position < end {
          let part = parts[number]
          let inPart = position - part.start
          let length = min(end - position, Int(part.extent.length.bytes) - inPart)
          let start = position - Int(extent.offset.bytes)
          read(
            part, from: inPart, into: UnsafeMutableRawBufferPointer(rebasing: raw[start..<(start + length)]))
          position += length
          number += 1
        }
        count = Int(extent.length.bytes)
      })
  }

  private func part(at position: Int) -> Int {
    var low = 0
    var high = parts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if parts[middle].start <= position { low = middle } else { high = middle }
    }
    return low
  }

  /// Fills the buffer with a file's bytes, or with zeros what cannot be read.
  private func read(_ part: Part, from offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    let entry = catalog.entries[part.entry]
    var done = 0
    do throws(SystemError) {
      let file = try open(part.entry)
      done = try file.read(into: buffer, at: Int(part.extent.offset.bytes) + offset)
      let status = try file.status(paths[part.entry])
      let now = FileAttributes(status)
      if done < buffer.count {
        note(part.entry, .changed, "became shorter while it was read")
      } else if now.modified != entry.attributes.modified || now.changed != entry.attributes.changed
        || now.inode != entry.attributes.inode || !entry.hasSize(Int64(status.st_size))
      {
        note(part.entry, .changed, "changed while it was read")
      }
    } catch {
      let isGone = error.code == ENOENT || error.code == ENOTDIR
      note(
        part.entry, .lost,
        isGone ? "vanished before it was read" : "cannot be read: \(String(cString: strerror(error.code)))")
    }
    if done < buffer.count {
      _ = UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).initializeMemory(
        as: UInt8.self, repeating: 0)
    }
  }

  private func open(_ entry: Int) throws(SystemError) -> Descriptor {
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    do throws(SystemError) {
      return try paths.open(entry, at: folder, flags | firedrill_o_noatime)
    } catch {
      guard error.code == EPERM else { throw error }
      return try paths.open(entry, at: folder, flags)
    }
  }

  private func note(_ entry: Int, _ condition: TreeEntry.Condition, _ problem: String) {
    let warning = TreeWarning(path: root / paths[entry].bytes, problem: problem)
    state.withLock { state in
      let place = conditions[entry]
      let known = state.catalog[place]
      guard known < condition.rawValue else { return }
      if known == TreeEntry.Condition.changed.rawValue { state.changed -= 1 }
      if condition == .changed { state.changed += 1 } else { state.lost += 1 }
      state.catalog[place] = condition.rawValue
      if known == 0 { state.warnings.append(warning) }
    }
  }
}

extension TreeEntry {
  fileprivate func hasSize(_ bytes: Int64) -> Bool {
    if case .file(let size, _) = kind { size.bytes == bytes } else { false }
  }
}
