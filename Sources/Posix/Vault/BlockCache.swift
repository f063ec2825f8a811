import Storage
import Synchronization

/// The blocks read last, up to a number of bytes. Blocks of several points share the cache.
///
/// The cache has two generations of half the size each. A block that is used moves to the younger one, and
/// the older one is dropped when the younger is full. Complexity: O(1).
public final class BlockCache: Sendable {
  struct Place: Hashable {
    var point: Int
    var offset: Int
  }

  private struct State {
    var young: [Place: Bytes] = [:]
    var old: [Place: Bytes] = [:]
    var youngLength = 0
    var oldLength = 0
  }

  private let state = Mutex(State())
  private let generationLength: Int

  /// - Parameter capacity: The most bytes that the cache holds, apart from one block.
  public init(capacity: Int) {
    precondition(capacity >= 2, "a cache has room")
    generationLength = capacity / 2
  }

  /// The number of bytes in the cache.
  public var length: Int { state.withLock { $0.youngLength + $0.oldLength } }

  func block(at place: Place) -> Bytes? {
    state.withLock { state in
      if let bytes = state.young[place] { return bytes }
      guard let bytes = state.old.removeValue(forKey: place) else { return nil }
      state.oldLength -= bytes.count
      insert(bytes, at: place, &state)
      return bytes
    }
  }

  func insert(_ bytes: Bytes, at place: Place) {
    state.withLock { state in
      if let known = state.old.removeValue(forKey: place) { state.oldLength -= known.count }
      if state.young[place] == nil { insert(bytes, at: place, &state) }
    }
  }

  private func insert(_ bytes: Bytes, at place: Place, _ state: inout State) {
    if state.youngLength + bytes.count > generationLength {
      state.old = state.young
      state.oldLength = state.youngLength
      state.young = [:]
      state.youngLength = 0
    }
    state.young[place] = bytes
    state.youngLength += bytes.count
  }
}
