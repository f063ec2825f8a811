import Backup
import Storage
import Units

/// The reason why bytes of a point cannot be read.
public enum ContentProblem: Error, Hashable, Sendable {
  /// The vault has lost some of the bytes asked for.
  case lost
  case failed(VaultProblem)
}

/// Reads parts of one stream of a point by restores of the needed blocks. Every block is authenticated, and
/// the last ones stay in a cache. Several threads may read at once.
public final class ContentReader: Sendable {
  private struct State {
    var opened: OpenPoint
    /// The extents that restores have found to be lost.
    var lost: [Extent] = []
    /// The extents that other threads are restoring.
    var fetching: [Extent] = []
    /// The ends of the last restores, newest last, with their read-ahead.
    var recent: [(end: Int, ahead: Int)] = []
  }

  /// The step of a reader after a look at the present state.
  private enum Move {
    case lost
    /// The blocks are at hand; zeros stand where there is none.
    case take([Fragment])
    case fetch(Extent, ahead: Int, present: [Fragment])
  }

  /// The most bytes that are restored beyond the ones asked for, when a file is read from front to back.
  static let aheadMaximum = 4 << 20
  private static let aheadMinimum = 512 << 10
  /// The distance within which a read continues an earlier one.
  private static let neighbourhood = 256 << 10
  private static let recentMaximum = 16
  /// The number of listed blocks at which the lists are dropped, to be read again.
  private static let listedMaximum = 1 << 20

  private let session: VaultSession
  private let stream: Int
  private let number: Int
  private let cache: BlockCache
  private let state: Monitor<State>
  public let length: ByteCount

  init(_ session: VaultSession, _ opened: OpenPoint, stream: Int, number: Int, cache: BlockCache) {
    self.session = session
    self.stream = stream
    self.number = number
    self.cache = cache
    length = opened.point.streams.isEmpty ? .zero : opened.point.streams[stream].length
    state = Monitor(State(opened: opened))
  }

  /// Returns the bytes of an extent, which must be within the stream.
  public func read(_ extent: Extent) throws(ContentProblem) -> [UInt8] {
    precondition(extent.end <= length, "only bytes of the stream are read")
    guard extent.length > .zero else { return [] }
    switch state.wait({ self.move(for: extent, &$0) }) {
    case .lost: throw .lost
    case .take(let fragments): return Self.bytes(of: extent, fragments)
    case .fetch(let wanted, let ahead, let present):
      let (fragments, lost) = try fetch(wanted, ahead)
      if lost.contains(where: { $0.overlaps(extent) }) { throw .lost }
      return Self.bytes(of: extent, present + fragments)
    }
  }

  /// Decides the next step; `nil` when another thread restores the same blocks.
  private func move(for extent: Extent, _ state: inout State) -> Move? {
    if state.lost.contains(where: { $0.overlaps(extent) }) { return .lost }
    var present: [Fragment] = []
    var needed = extent
    if let blocks = state.opened.blocks(holding: extent, ofStream: stream) {
      var missing: [ListedBlock] = []
      for block in blocks where !block.isZero {
        if let bytes = cache.block(at: BlockCache.Place(point: number, offset: block.offset)) {
          present.append(Fragment(offset: ByteCount(block.offset), bytes: bytes))
        } else {
          missing.append(block)
        }
      }
      guard let first = missing.first, let last = missing.last else { return .take(present) }
      needed = Extent(offset: ByteCount(first.offset), length: ByteCount(last.end - first.offset))
    }
    if state.fetching.contains(where: { $0.overlaps(needed) }) { return nil }
    let ahead = Self.ahead(of: Int(needed.offset.bytes), &state)
    var end = min(needed.end + ByteCount(ahead), length)
    for other in state.fetching where other.offset >= needed.end { end = min(end, other.offset) }
    let wanted = Extent(offset: needed.offset, length: end - needed.offset)
    state.fetching.append(wanted)
    return .fetch(wanted, ahead: ahead, present: present)
  }

  /// Returns the bytes to restore beyond a read. They double while a reader goes on where it was.
  private static func ahead(of start: Int, _ state: inout State) -> Int {
    guard let index = state.recent.lastIndex(where: { abs($0.end - start) <= neighbourhood }) else {
      return 0
    }
    return min(max(2 * state.recent.remove(at: index).ahead, aheadMinimum), aheadMaximum)
  }

  /// Restores the blocks of an extent to the cache; returns them, and the lost extents.
  private func fetch(_ extent: Extent, _ ahead: Int) throws(ContentProblem) -> ([Fragment], [Extent]) {
    let host = FragmentCollector()
    let job = state.withLock { state in
      RestoreJob(
        reading: [extent], of: state.opened.point.streams[stream].name, in: state.opened,
        key: session.vault.key, options: session.options)
    }
    var opened: OpenPoint?
    var lost: [Extent] = []
    defer {
      state.change { state in
        if let index = state.fetching.firstIndex(of: extent) { state.fetching.remove(at: index) }
        if let opened {
          state.opened = opened.listedBlocks > Self.listedMaximum ? opened.withoutLists() : opened
        }
        state.lost += lost
        if state.recent.count >= Self.recentMaximum { state.recent.removeFirst() }
        state.recent.append((Int(extent.end.bytes), ahead))
      }
    }
    do throws(VaultProblem) {
      switch try session.run(job, streams: host, phase: "reading") {
      case .restored(let restoration): opened = restoration.opened
      case .damaged(let restoration, let damage):
        opened = restoration.opened
        lost = damage.streams.flatMap(\.extents)
      case .failed(let failure): throw VaultProblem(session.name, failure)
      }
    } catch {
      throw .failed(error)
    }
    let fragments = host.fragments
    for fragment in fragments {
      cache.insert(
        fragment.bytes, at: BlockCache.Place(point: number, offset: Int(fragment.offset.bytes)))
    }
    return (fragments, lost)
  }

  /// Returns the bytes of an extent from blocks. Bytes without a block are zero.
  private static func bytes(of extent: Extent, _ fragments: [Fragment]) -> [UInt8] {
    let (start, end) = (Int(extent.offset.bytes), Int(extent.end.bytes))
    var bytes = [UInt8](repeating: 0, count: end - start)
    for fragment in fragments {
      let first = Int(fragment.offset.bytes)
      let (from, to) = (max(start, first), min(end, first + fragment.bytes.count))
      guard from < to else { continue }
      bytes.withUnsafeMutableBytes { target in
        fragment.bytes[(from - first)..<(to - first)].withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[(from - start)..<(to - start)]).copyMemory(
            from: source)
        }
      }
    }
    return bytes
  }
}

/// Collects restored blocks in memory.
private final class FragmentCollector: StreamHost {
  private let collected = Monitor<[Fragment]>([])

  var fragments: [Fragment] { collected.withLock { $0 } }

  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    if case .write(let fragments) = operation { collected.withLock { $0 += fragments } }
    return .done
  }
}

extension Extent {
  fileprivate func overlaps(_ other: Extent) -> Bool { offset < other.end && other.offset < end }
}
