/// A queue of elements at consecutive positions, in chunks, and the chunks in groups: the first change after a copy costs one
/// chunk and one group, not the whole.
public struct ChunkedQueue<Element: Sendable>: Sendable {
  private static var chunkSize: UInt64 { 32 }
  private static var groupSize: UInt64 { 1_024 }
  /// The first group holds the position `start`; groups and chunks begin at multiples of their sizes.
  private var groups: [[[Element?]]] = []
  /// Groups at the head of `groups` that are used up.
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

  private func place(_ position: UInt64) -> (group: Int, chunk: Int, slot: Int) {
    (
      spent + Int(position / Self.groupSize - start / Self.groupSize),
      Int(position % Self.groupSize / Self.chunkSize), Int(position % Self.chunkSize)
    )
  }

  /// The element at a position in `start ..< end`. Complexity: O(1).
  public subscript(position: UInt64) -> Element {
    precondition(position >= start && position < end, "no element at this position")
    let place = place(position)
    guard let element = groups[place.group][place.chunk][place.slot] else {
      preconditionFailure("an element was lost")
    }
    return element
  }

  /// Complexity: O(1), or one group and one chunk after a copy.
  public mutating func append(_ element: Element) {
    let place = place(end)
    if place.group == groups.count { groups.append([]) }
    // What stands before the first position of all is empty.
    while groups[place.group].count <= place.chunk { groups[place.group].append([]) }
    while groups[place.group][place.chunk].count < place.slot { groups[place.group][place.chunk].append(nil) }
    groups[place.group][place.chunk].append(element)
    end += 1
  }

  /// Removes everything before a position, whole chunks at a time.
  public mutating func removeAll(before position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    for _ in (start / Self.groupSize)..<(position / Self.groupSize) {
      groups[spent] = []
      spent += 1
    }
    let group = position - position % Self.groupSize
    var chunk = max(group, start - start % Self.chunkSize)
    start = position
    while chunk + Self.chunkSize <= position {
      let place = place(chunk)
      groups[place.group][place.chunk] = []
      chunk += Self.chunkSize
    }
    guard spent > 32, spent * 2 > groups.count else { return }
    groups.removeFirst(spent)
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
