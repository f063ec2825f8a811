/// A queue of elements at consecutive positions, stored in chunks and groups. The first change after a copy
/// costs one chunk and one group, not the whole queue.
public struct ChunkedQueue<Element: Sendable>: Sendable {
  private static var chunkSize: UInt64 { 32 }
  private static var groupSize: UInt64 { 1_024 }
  private var groups: [[[Element]]] = []
  /// The position of the first slot, from which groups and chunks are counted.
  private let origin: UInt64
  /// The number of the first group, and the number of used-up groups at its head.
  private var firstGroup: UInt64 = 0
  private var spent = 0
  /// The position of the oldest element, or of the next one when there is none.
  public private(set) var start: UInt64
  /// The position of the next element.
  public private(set) var end: UInt64

  /// Creates an empty queue whose first element has the position `start`.
  public init(startingAt start: UInt64) {
    origin = start
    self.start = start
    end = start
  }

  public var isEmpty: Bool { start == end }
  public var count: Int { Int(end - start) }
  public var first: Element? { isEmpty ? nil : self[start] }
  public var last: Element? { isEmpty ? nil : self[end - 1] }

  private func place(_ position: UInt64) -> (group: Int, chunk: Int, slot: Int) {
    let offset = position - origin
    return (
      Int(offset / Self.groupSize - firstGroup), Int(offset % Self.groupSize / Self.chunkSize),
      Int(offset % Self.chunkSize)
    )
  }

  /// The element at a position in `start ..< end`. Complexity: O(1).
  public subscript(position: UInt64) -> Element {
    precondition(position >= start && position < end, "no element at this position")
    let place = place(position)
    return groups[place.group][place.chunk][place.slot]
  }

  /// Complexity: O(1), or one group and one chunk after a copy.
  public mutating func append(_ element: Element) {
    let place = place(end)
    if place.group == groups.count { groups.append([]) }
    if place.chunk == groups[place.group].count { groups[place.group].append([]) }
    groups[place.group][place.chunk].append(element)
    end += 1
  }

  /// Removes everything before a position, whole chunks at a time.
  public mutating func removeAll(before position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    let (old, new) = (place(start), place(position))
    for group in old.group..<new.group { groups[group] = [] }
    spent = new.group
    if new.group < groups.count {
      let first = old.group == new.group ? old.chunk : 0
      for chunk in first..<min(new.chunk, groups[new.group].count) { groups[new.group][chunk] = [] }
    }
    start = position
    guard spent > 32, spent * 2 > groups.count else { return }
    groups.removeFirst(spent)
    firstGroup += UInt64(spent)
    spent = 0
  }

  /// Removes everything from a position on.
  public mutating func removeAll(from position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    guard position < end else { return }
    if position == start { return self = ChunkedQueue(startingAt: start) }
    let place = place(position)
    groups.removeSubrange((place.group + 1)...)
    groups[place.group].removeSubrange((place.chunk + 1)...)
    groups[place.group][place.chunk].removeSubrange(place.slot...)
    end = position
  }
}
