import Units

/// The history of the writes to a volume that two sites serve.
///
/// Each site acknowledges its own writes in their order, and each page has its own line of descent. The
/// predecessor of a write is the write that its site had in the page. Two writes without such a relation are
/// concurrent. Only one of them can remain.
package struct TwoSiteCourse: Sendable {
  struct Acknowledgement: Sendable {
    let write: Int
    let at: Instant
    /// Whether the acknowledgement required durability at both sites.
    let isAtBoth: Bool
  }

  private struct Writer: Sendable {
    var acknowledged = ChunkedArray<Acknowledgement>()
    /// The issued and unacknowledged writes, oldest first.
    var waiting: [Int] = []
  }

  /// The number of the first write. The volume's contents before it are the root of all versions.
  let first: Int
  private let pagesPerWrite: Int
  /// The writers, by site of the pair.
  private var writers = [Writer(), Writer()]
  /// The predecessors of writes: for each page of each write, the write that it replaced.
  private var parents = ChunkedArray<UInt32>()
  /// Whether each page of each write is the predecessor of another write's.
  private var isParent = ChunkedArray<Bool>()
  /// Whether some write has a predecessor that was not issued when it was recorded, so that `isParent` lacks it.
  private var hasUnknownParents = false
  private var issued: Int

  /// The predecessor of a write that has not reached its site's volume, or that replaced an unreadable page.
  /// Such a write may follow any other.
  private static let unknown = UInt32.max

  package init(first: Int, pagesPerWrite: Int) {
    self.first = first
    self.pagesPerWrite = pagesPerWrite
    issued = first - 1
  }

  /// Restarts the history; earlier writes no longer count.
  mutating func beginAnew(withWrite number: Int) {
    self = TwoSiteCourse(first: number, pagesPerWrite: pagesPerWrite)
  }

  // MARK: Acknowledgements

  package mutating func issue(_ write: Int, by site: Int) {
    writers[site].waiting.append(write)
    issued = write
    while parents.count < (write - first + 1) * pagesPerWrite {
      parents.append(Self.unknown)
      isParent.append(false)
    }
  }

  /// Acknowledges the writes of a site through `write`.
  mutating func acknowledge(through write: Int, by site: Int, isAtBoth: Bool, at now: Instant) {
    let count = writers[site].waiting.prefix { $0 <= write }.count
    for number in writers[site].waiting.prefix(count) {
      writers[site].acknowledged.append(Acknowledgement(write: number, at: now, isAtBoth: isAtBoth))
    }
    writers[site].waiting.removeFirst(count)
  }

  /// Drops the pending writes of a site, which are never acknowledged.
  mutating func abandon(by site: Int) { writers[site].waiting = [] }

  /// The number of the last write before the first pending acknowledgement.
  var settledThrough: Int { (writers.compactMap(\.waiting.first).min() ?? issued + 1) - 1 }

  func acknowledgement(ofWrite number: Int) -> Instant? {
    for writer in writers {
      let place = writer.acknowledged.prefixCount { $0.write < number }
      guard place < writer.acknowledged.count else { continue }
      if writer.acknowledged[place].write == number { return writer.acknowledged[place].at }
    }
    return nil
  }

  /// Returns the acknowledgements of both sites through an instant, one site after the other.
  func acknowledgements(through instant: Instant) -> [Acknowledgement] {
    writers.flatMap { writer in
      (0..<writer.acknowledged.prefixCount { $0.at <= instant }).map { writer.acknowledged[$0] }
    }
  }

  /// Returns the site at which a write was issued, unless the site has dropped the write.
  func site(ofWrite number: Int) -> Int? {
    writers.firstIndex { writer in
      let place = writer.acknowledged.prefixCount { $0.write < number }
      return writer.waiting.contains(number)
        || place < writer.acknowledged.count && writer.acknowledged[place].write == number
    }
  }

  // MARK: Invariants

  /// Traps unless each site's writes are in order, each once, and every issued write has its place.
  func checkInvariants(at now: Instant) {
    precondition(parents.count == (issued - first + 1) * pagesPerWrite, "every page of a write has a parent")
    for writer in writers {
      precondition(
        zip(writer.waiting, writer.waiting.dropFirst()).allSatisfy { $0 < $1 }, "writes are in order")
      precondition(writer.waiting.last.map { $0 <= issued } ?? true, "only an issued write waits")
      guard writer.acknowledged.count > 0 else { continue }
      let last = writer.acknowledged[writer.acknowledged.count - 1]
      precondition(last.at <= now && last.write <= issued, "an acknowledged write was issued")
      precondition(writer.waiting.first.map { $0 > last.write } ?? true, "a write is acknowledged once")
    }
    let waiting = Set(writers[0].waiting)
    precondition(waiting.isDisjoint(with: writers[1].waiting), "a write belongs to one site")
  }

  // MARK: Descent

  /// - Parameter page: the page's place in the write.
  func isMissingParent(of write: Int, page: Int) -> Bool {
    write >= first && write <= issued && parents[place(write, page)] == Self.unknown
  }

  /// Records the predecessor of a write's page. Cycles are ignored: a retried write may find its own page or
  /// a successor there, which says nothing about its predecessor.
  package mutating func setParent(_ parent: Int, of write: Int, page: Int) {
    if parent == write || isAncestor(write, of: parent, page: page) { return }
    parents[place(write, page)] = UInt32(parent)
    if parent > issued {
      hasUnknownParents = true
    } else if parent >= first {
      isParent[place(parent, page)] = true
    }
  }

  /// Whether a write is a predecessor of another, near or far. Complexity: O(1) for a write without successors.
  private func isAncestor(_ write: Int, of other: Int, page: Int) -> Bool {
    guard hasUnknownParents || isParent[place(write, page)] else { return false }
    var ancestor = UInt32(other)
    while ancestor >= first, ancestor != Self.unknown {
      if ancestor == write { return true }
      ancestor = Int(ancestor) > issued ? Self.unknown : parents[place(Int(ancestor), page)]
    }
    return false
  }

  /// Whether a page that holds one write lacks another because the other write is a successor.
  package func lacks(_ write: Int, page: Int, holding held: Int) -> Bool {
    if held < first { return true }
    var number = write
    while number > held {
      let parent = parents[place(number, page)]
      if parent == Self.unknown { return true }
      number = Int(parent)
    }
    return number == held && held != write
  }

  /// The number of page versions without a successor.
  var lastVersions: Int {
    var isFollowed = [Bool](repeating: false, count: parents.count)
    for place in 0..<parents.count where parents[place] != Self.unknown && parents[place] >= first {
      isFollowed[self.place(Int(parents[place]), place % pagesPerWrite)] = true
    }
    return (0..<parents.count).count { parents[$0] != Self.unknown && !isFollowed[$0] }
  }

  private func place(_ write: Int, _ page: Int) -> Int { (write - first) * pagesPerWrite + page }
}
