/// A queue of elements at consecutive positions, in chunks: the first change after a copy costs one chunk, not the whole.
public struct ChunkedQueue<Element: Sendable>: Sendable {
  private static var chunkSize: UInt64 { 64 }
  /// The first chunk holds the position `start`; chunks begin at multiples of their size.
  private var chunks: [[Element?]] = []
  /// Chunks at the head of `chunks` that are used up.
  private var spent = 0
  /// The position of the oldest element, or of the next one when there is none.
  public private(set) var start: UInt64
  /// The position of the next element.
  public private(set) var end: UInt64

  /// An empty queue whose first element will stand at `start`.
  public init(startingAt start: UInt64) {
    self.start = start
    end = start
  }

  public var isEmpty: Bool { start == end }
  public var count: Int { Int(end - start) }
  public var first: Element? { isEmpty ? nil : self[start] }
  public var last: Element? { isEmpty ? nil : self[end - 1] }

  private func place(_ position: UInt64) -> (chunk: Int, slot: Int) {
    let base = start / Self.chunkSize
    return (spent + Int(position / Self.chunkSize - base), Int(position % Self.chunkSize))
  }

  /// The element at a position in `start ..< end`. Complexity: O(1).
  public subscript(position: UInt64) -> Element {
    precondition(position >= start && position < end, "no element at this position")
    let place = place(position)
    guard let element = chunks[place.chunk][place.slot] else { preconditionFailure("an element was lost") }
    return element
  }

  /// Complexity: O(1), or one chunk after a copy.
  public mutating func append(_ element: Element) {
    let place = place(end)
    if place.chunk == chunks.count {
      var chunk = [Element?]()
      chunk.reserveCapacity(Int(Self.chunkSize))
      for _ in 0..<place.slot { chunk.append(nil) }
      chunks.append(chunk)
    }
    chunks[place.chunk].append(element)
    end += 1
  }

  /// Removes everything before a position, whole chunks at a time.
  public mutating func removeAll(before position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    let old = start / Self.chunkSize
    start = position
    for _ in old..<(start / Self.chunkSize) {
      chunks[spent] = []
      spent += 1
    }
    guard spent > 32, spent * 2 > chunks.count else { return }
    chunks.removeFirst(spent)
    spent = 0
  }

  /// Removes everything from a position on.
  public mutating func removeAll(from position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    guard position < end else { return }
    if position == start { return self = ChunkedQueue(startingAt: start) }
    let place = place(position)
    chunks.removeSubrange((place.slot == 0 ? place.chunk : place.chunk + 1)...)
    if place.slot > 0 { chunks[place.chunk].removeSubrange(place.slot...) }
    end = position
  }
}
