import Units

/// What became of the writes to a volume that two sites serve.
///
/// Each site acknowledges its own writes in their order, and each page has its own line of descent: a write follows on what its
/// site held in the page when it wrote. Two writes of which neither follows on the other were made apart. Of those only one
/// can remain, whatever happens.
package struct TwoSiteCourse: Sendable {
  struct Acknowledgement: Sendable {
    let write: Int
    let at: Instant
    /// Given when the write was durable at both sites.
    let isAtBoth: Bool
  }

  private struct Writer: Sendable {
    var acknowledged = ChunkedArray<Acknowledgement>()
    /// Issued and not acknowledged, oldest first.
    var waiting: [Int] = []
  }

  /// The number of its first write; what the volume held before is where all lines of descent begin.
  let first: Int
  private let pagesPerWrite: Int
  /// By site of the pair.
  private var writers = [Writer(), Writer()]
  /// For each page of each write from the first on: the write that it follows on.
  private var parents = ChunkedArray<UInt32>()
  private var issued: Int

  /// A write that has not come to its site's volume, or whose page held nothing that could be read, follows on anything.
  private static let unknown = UInt32.max

  package init(first: Int, pagesPerWrite: Int) {
    self.first = first
    self.pagesPerWrite = pagesPerWrite
    issued = first - 1
  }

  /// What was written before is not expected any more.
  mutating func beginAnew(withWrite number: Int) {
    self = TwoSiteCourse(first: number, pagesPerWrite: pagesPerWrite)
  }

  // MARK: Acknowledgements

  package mutating func issue(_ write: Int, by site: Int) {
    writers[site].waiting.append(write)
    issued = write
    while parents.count < (write - first + 1) * pagesPerWrite { parents.append(Self.unknown) }
  }

  /// A site acknowledges its writes up to one.
  mutating func acknowledge(through write: Int, by site: Int, isAtBoth: Bool, at now: Instant) {
    let count = writers[site].waiting.prefix { $0 <= write }.count
    for number in writers[site].waiting.prefix(count) {
      writers[site].acknowledged.append(Acknowledgement(write: number, at: now, isAtBoth: isAtBoth))
    }
    writers[site].waiting.removeFirst(count)
  }

  /// What a site has not acknowledged it never will.
  mutating func abandon(by site: Int) { writers[site].waiting = [] }

  /// The number up to which no acknowledgement is waited for.
  var settledThrough: Int { (writers.compactMap(\.waiting.first).min() ?? issued + 1) - 1 }

  func acknowledgement(ofWrite number: Int) -> Instant? {
    for writer in writers {
      let place = writer.acknowledged.prefixCount { $0.write < number }
      guard place < writer.acknowledged.count else { continue }
      if writer.acknowledged[place].write == number { return writer.acknowledged[place].at }
    }
    return nil
  }

  /// What both sites acknowledged until an instant, one site after the other.
  func acknowledgements(through instant: Instant) -> [Acknowledgement] {
    writers.flatMap { writer in
      (0..<writer.acknowledged.prefixCount { $0.at <= instant }).map { writer.acknowledged[$0] }
    }
  }

  /// The site that a write was issued at, unless that has abandoned it.
  func site(ofWrite number: Int) -> Int? {
    writers.firstIndex { writer in
      let place = writer.acknowledged.prefixCount { $0.write < number }
      return writer.waiting.contains(number)
        || place < writer.acknowledged.count && writer.acknowledged[place].write == number
    }
  }

  // MARK: Descent

  /// - Parameter page: the page's place in the write.
  func isMissingParent(of write: Int, page: Int) -> Bool {
    write >= first && write <= issued && parents[place(write, page)] == Self.unknown
  }

  /// Nothing follows on itself, over whichever way: a write that came to no readable page at first, and comes once more to one
  /// that holds it or a successor, has told nothing of what it follows on.
  package mutating func setParent(_ parent: Int, of write: Int, page: Int) {
    var ancestor = UInt32(parent)
    while ancestor >= first, ancestor != Self.unknown {
      if ancestor == write { return }
      ancestor = Int(ancestor) > issued ? Self.unknown : parents[place(Int(ancestor), page)]
    }
    parents[place(write, page)] = UInt32(parent)
  }

  /// Whether a page that holds one write lacks another: the other follows on it.
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

  /// How many versions of pages no other version follows on.
  var lastVersions: Int {
    var isFollowed = [Bool](repeating: false, count: parents.count)
    for place in 0..<parents.count where parents[place] != Self.unknown && parents[place] >= first {
      isFollowed[self.place(Int(parents[place]), place % pagesPerWrite)] = true
    }
    return (0..<parents.count).count { parents[$0] != Self.unknown && !isFollowed[$0] }
  }

  private func place(_ write: Int, _ page: Int) -> Int { (write - first) * pagesPerWrite + page }
}
