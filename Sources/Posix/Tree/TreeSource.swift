import Backup
import CLinux
import Glibc
import Storage
import Units

/// The files of a scanned tree as two streams. The contents of all files come first, and then the catalog.
final class TreeSource: StreamHost {
  static let contentsStream = 0
  static let catalogStream = 1

  private struct State {
    var entries: TreeEntries
    var warnings: [TreeWarning] = []
    var changed = 0
    var lost = 0
    /// The number of pending reads of contents.
    var unread = 0
  }

  private let root: FilePath
  private let folder: Descriptor
  private let catalog: TreeCatalog
  private let catalogHeader: [UInt8]
  /// The parts of files in the contents stream, ascending.
  private let parts: [Part]
  private let contentsLength: Int
  private let paths: TreePaths
  /// The contents of files without a meaningful size, by entry. They were read during the scan.
  private let unsized: [Int: [UInt8]]
  private let state: Monitor<State>

  /// A run of one file's bytes, up to the start of the next.
  private struct Part {
    /// The start in the contents stream.
    let start: Int
    /// The offset in the file.
    let offset: Int
    let entry: UInt32
  }

  init(
    _ root: FilePath, _ entries: TreeEntries, unsized: [Int: [UInt8]] = [:], host: String
  ) throws(SystemError) {
    self.root = root
    self.unsized = unsized
    folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    catalog = TreeCatalog(root: root.bytes, host: host, entries: entries)
    catalogHeader = catalog.header
    paths = TreePaths(catalog)
    var parts: [Part] = []
    parts.reserveCapacity(entries.count)
    var start = 0
    for index in entries.indices {
      for extent in entries.data(of: index) {
        parts.append(Part(start: start, offset: Int(extent.offset.bytes), entry: UInt32(index)))
        start += Int(extent.length.bytes)
      }
    }
    self.parts = parts
    contentsLength = start
    state = Monitor(State(entries: entries))
  }

  /// Returns the snapshot to back up.
  ///
  /// - Parameters:
  ///   - carried: For each entry that is a file: where the last point holds its bytes, when it has not changed since.
  ///   - label: The label of the source, the same for all its points.
  func snapshot(carried: [ByteCount?], label: String, at instant: Instant) -> Snapshot {
    var pieces: [Piece] = []
    pieces.reserveCapacity(parts.count)
    var place: ByteCount?
    for (number, part) in parts.enumerated() {
      if number == 0 || parts[number - 1].entry != part.entry { place = carried[Int(part.entry)] }
      let length = ByteCount(end(ofPart: number) - part.start)
      pieces.append(Piece(length: length, carried: place))
      if let carried = place { place = carried + length }
    }
    let length = ByteCount(catalogHeader.count + catalog.entries.bytes.count)
    return Snapshot(
      instant: instant, consistency: .inconsistent,
      streams: [
        SourceStream(name: "contents", kind: .contents, pieces: pieces),
        SourceStream(StreamDescription(name: label, kind: .tree, length: length)),
      ])
  }

  private func end(ofPart number: Int) -> Int {
    number + 1 < parts.count ? parts[number + 1].start : contentsLength
  }

  /// The problems so far, and the number of files concerned.
  var findings: (warnings: [TreeWarning], changed: Int, lost: Int) {
    state.withLock { ($0.warnings, $0.changed, $0.lost) }
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
      let (start, end) = (Int(extent.offset.bytes), Int(extent.end.bytes))
      let header = catalogHeader.count
      return Bytes(
        Array(catalogHeader[min(start, header)..<min(end, header)])
          + state.entries.bytes[max(0, start - header)..<max(0, end - header)])
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
          let length = min(end - position, self.end(ofPart: number) - position)
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

  /// Fills the buffer with a file's bytes, and unreadable parts with zeros.
  private func read(_ part: Part, from offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
    let index = Int(part.entry)
    if let bytes = unsized[index] {
      let start = part.offset + offset
      return buffer.copyBytes(from: bytes[start..<(start + buffer.count)])
    }
    let entry = catalog.entries[index]
    var done = 0
    do throws(SystemError) {
      let file = try open(index)
      done = try file.read(into: buffer, at: part.offset + offset)
      let status = try file.status(paths[index])
      let now = FileAttributes(status)
      if done < buffer.count {
        note(index, .changed, "became shorter while it was read")
      } else if now.modified != entry.attributes.modified || now.changed != entry.attributes.changed
        || now.inode != entry.attributes.inode || !entry.hasSize(Int64(status.st_size))
      {
        note(index, .changed, "changed while it was read")
      }
    } catch {
      let isGone = error.code == ENOENT || error.code == ENOTDIR
      note(
        index, .lost,
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
      let known = state.entries.condition(of: entry)
      guard known.rawValue < condition.rawValue else { return }
      if known == .changed { state.changed -= 1 }
      if condition == .changed { state.changed += 1 } else { state.lost += 1 }
      state.entries.setCondition(condition, of: entry)
      if known == .intact { state.warnings.append(warning) }
    }
  }
}

extension TreeEntry {
  fileprivate func hasSize(_ bytes: Int64) -> Bool {
    if case .file(let size, _) = kind { size.bytes == bytes } else { false }
  }
}
