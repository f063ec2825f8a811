import Backup
import CLinux
import Glibc
import Storage
import Units

/// The files of a scanned tree as two streams. The contents of all files come first, and then the catalog.
final class TreeSource: StreamHost {
  static let contentsStream = 0
  static let catalogStream = 1

  /// A part of a file: its bytes in a stretch of the stream, and its offset in the file.
  private struct Part {
    let bytes: Range<Int>
    let offset: Int
  }

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
  /// The offset of each entry's bytes in the contents stream.
  private let starts: [ByteCount]
  private let finder: ExtentFinder
  private let paths: TreePaths
  /// The contents of files without a meaningful size, by entry. They were read during the scan.
  private let unsized: [Int: [UInt8]]
  private let state: Monitor<State>

  init(
    _ root: FilePath, _ entries: TreeEntries, unsized: [Int: [UInt8]] = [:], host: String
  ) throws(SystemError) {
    self.root = root
    self.unsized = unsized
    folder = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
    catalog = TreeCatalog(root: root.bytes, host: host, entries: entries)
    catalogHeader = catalog.header
    paths = TreePaths(catalog)
    starts = catalog.contentOffsets
    finder = ExtentFinder(entries, starts: starts)
    state = Monitor(State(entries: entries))
  }

  /// Returns the snapshot to back up.
  ///
  /// - Parameters:
  ///   - carried: For each entry that is a file: where the last point holds its bytes, when it has not changed since.
  ///   - label: The label of the source, the same for all its points.
  func snapshot(carried: CarriedPlaces, label: String, at instant: Instant) -> Snapshot {
    var pieces: [Piece] = []
    pieces.reserveCapacity(catalog.entries.count)
    for index in catalog.entries.indices {
      var place = carried[index]
      for extent in catalog.entries.data(of: index) {
        pieces.append(Piece(length: extent.length, carried: place))
        if let carried = place { place = carried + extent.length }
      }
    }
    let length = ByteCount(catalogHeader.count + catalog.entries.byteCount)
    return Snapshot(
      instant: instant, consistency: .inconsistent,
      streams: [
        SourceStream(name: "contents", kind: .contents, pieces: pieces),
        SourceStream(StreamDescription(name: label, kind: .tree, length: length)),
      ])
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
          + state.entries.bytes(in: max(0, start - header)..<max(0, end - header)))
    }
  }

  private func read(_ extent: Extent) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: Int(extent.length.bytes)) { buffer, count in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        var index = starts.lastStart(at: extent.offset)
        while index < starts.count, starts[index] < extent.end {
          var parts: [Part] = []
          finder.forEachPart(of: index, in: extent) { parts.append(Part(bytes: $0, offset: $1)) }
          if !parts.isEmpty { read(index, parts, into: raw) }
          index += 1
        }
        count = Int(extent.length.bytes)
      })
  }

  /// Fills the parts of a buffer with a file's bytes, and unreadable parts with zeros.
  private func read(_ index: Int, _ parts: [Part], into buffer: UnsafeMutableRawBufferPointer) {
    if let bytes = unsized[index] {
      for part in parts {
        UnsafeMutableRawBufferPointer(rebasing: buffer[part.bytes])
          .copyBytes(from: bytes[part.offset..<(part.offset + part.bytes.count)])
      }
      return
    }
    let entry = catalog.entries[index]
    // The parts that are complete, and the bytes of the next one.
    var (filled, done) = (0, 0)
    do throws(SystemError) {
      let file = try open(index)
      for part in parts {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[part.bytes])
        done = try file.read(into: target, at: part.offset)
        if done < target.count { break }
        (filled, done) = (filled + 1, 0)
      }
      let status = try file.status(paths[index])
      let now = FileAttributes(status)
      if filled < parts.count {
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
    for part in parts[filled...] {
      _ = UnsafeMutableRawBufferPointer(rebasing: buffer[part.bytes].dropFirst(done))
        .initializeMemory(as: UInt8.self, repeating: 0)
      done = 0
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

extension [ByteCount] {
  /// Returns the last index of an ascending array with a value of at most `position`; 0 when there is none.
  func lastStart(at position: ByteCount) -> Int {
    var low = 0
    var high = count
    while low + 1 < high {
      let middle = (low + high) / 2
      if self[middle] <= position { low = middle } else { high = middle }
    }
    return low
  }
}

extension TreeEntry {
  fileprivate func hasSize(_ bytes: Int64) -> Bool {
    if case .file(let size, _) = kind { size.bytes == bytes } else { false }
  }
}
