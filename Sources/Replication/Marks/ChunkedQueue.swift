/// A queue of elements at consecutive positions, stored in runs and groups of runs that copies share.
///
/// The copy that appends first does so in place. Every other copy pays for one run and one group, not for the
/// whole queue.
public struct ChunkedQueue<Element: Sendable>: Sendable {
  private typealias Run = SharedRun<Element>

  private static var groupSize: UInt64 { 1_024 }
  private static var runSize: UInt64 { UInt64(Run.capacity) }
  /// The runs by group; `nil` for a run whose elements are all removed.
  private var groups: [[Run?]] = []
  /// The position of the first slot, from which groups and runs are counted.
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

  private func place(_ position: UInt64) -> (group: Int, run: Int, slot: Int) {
    let offset = position - origin
    return (
      Int(offset / Self.groupSize - firstGroup), Int(offset % Self.groupSize / Self.runSize),
      Int(offset % Self.runSize)
    )
  }

  /// The run that holds a position in `start ..< end`.
  private func run(_ position: UInt64) -> Run {
    precondition(position >= start && position < end, "no element at this position")
    let place = place(position)
    guard let run = groups[place.group][place.run] else {
      preconditionFailure("the run of an element is there")
    }
    return run
  }

  /// The element at a position in `start ..< end`. Complexity: O(1).
  public subscript(position: UInt64) -> Element {
    run(position)[Int((position - origin) % Self.runSize)]
  }

  /// Calls a closure with every position of a range and its element, the newest first. Complexity: O(range).
  @inline(__always)
  func forEachReversed(in range: Range<UInt64>, _ body: (UInt64, borrowing Element) -> Void) {
    var end = range.upperBound
    while end > range.lowerBound {
      let run = run(end - 1)
      let start = max(range.lowerBound, end - 1 - (end - 1 - origin) % Self.runSize)
      var position = end
      while position > start {
        position -= 1
        body(position, run[Int((position - origin) % Self.runSize)])
      }
      end = start
    }
  }

  /// Complexity: O(1), or one group and one run where another copy appended first.
  public mutating func append(_ element: Element) {
    let place = place(end)
    if place.group == groups.count { groups.append([]) }
    if place.run == groups[place.group].count { groups[place.group].append(Run()) }
    defer { end += 1 }
    if let run = groups[place.group][place.run], run.take(place.slot, for: element) { return }
    let own = groups[place.group][place.run].map { Run(first: place.slot, of: $0) } ?? Run()
    let hasRoom = own.take(place.slot, for: element)
    precondition(hasRoom, "the next slot of a run without copies is free")
    groups[place.group][place.run] = own
  }

  /// Removes everything before a position, whole runs at a time.
  public mutating func removeAll(before position: UInt64) {
    precondition(position >= start && position <= end, "no such position")
    let (old, new) = (place(start), place(position))
    for group in old.group..<new.group { groups[group] = [] }
    spent = new.group
    if new.group < groups.count {
      let first = old.group == new.group ? old.run : 0
      for run in first..<max(first, min(new.run, groups[new.group].count)) { groups[new.group][run] = nil }
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
    groups[place.group].removeSubrange((place.run + (place.slot > 0 ? 1 : 0))...)
    end = position
  }

  /// Whether another queue has the same elements up to a position that both hold, judged by shared memory.
  ///
  /// Complexity: O(elements) / 32.
  func shares(with other: ChunkedQueue, through position: UInt64) -> Bool {
    guard origin == other.origin, start == other.start, position >= start, position < min(end, other.end)
    else { return false }
    // The last run is the likeliest to differ.
    var place = position
    while true {
      if run(place) !== other.run(place) { return false }
      let first = place - (place - origin) % Self.runSize
      if first <= start { return true }
      place = first - 1
    }
  }
}
