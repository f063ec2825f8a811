import Storage
import Units

/// Reads planned blocks from packs in few large reads, and verifies them. Blocks of small reads are opened
/// together.
struct BlockFetcher: Sendable {
  enum Step: Sendable {
    case get(Run)
    case open([Run])
  }

  /// Items that are read at once because they are neighbours in one pack.
  struct Run: Sendable {
    var items: Range<Int>
    var range: Range<Int>
  }

  /// The result of fetching one item.
  struct Fetched: Sendable {
    let item: Int
    /// The contents; `nil` when the block is lost or damaged.
    let bytes: Bytes?
  }

  let plan: FetchPlan
  private let master: MasterKey
  private let catalog: Catalog
  /// The runs to get; the last one is next.
  private var todo: [Run]
  /// The number of runs being read.
  private var getting = 0
  /// The runs to open, and the number of their bytes.
  private var gotten: [(run: Run, bytes: Bytes)] = []
  private var gottenLength = 0
  /// The number of bytes that are opened at once.
  private let openingLength: Int
  /// The number of runs that are read at once.
  private let window: Int
  private var unfinished: Int
  private(set) var read = ByteCount.zero
  /// The packs that are lost or damaged, with the reason.
  private(set) var damaged: [DamageReport.Object] = []

  init(_ plan: FetchPlan, catalog: Catalog, key: MasterKey, options: JobOptions) {
    self.plan = plan
    self.catalog = catalog
    master = key
    unfinished = plan.itemCount
    openingLength = max(1, options.transferSize / 2)
    window = options.window
    todo = Self.runs(plan, options).reversed()
  }

  var isFinished: Bool { unfinished == 0 }

  private static func runs(_ plan: FetchPlan, _ options: JobOptions) -> [Run] {
    var runs: [Run] = []
    var pack: ObjectID?
    for index in 0..<plan.itemCount {
      let location = plan.item(index).location
      let range = location.range
      if let last = runs.last, pack == location.pack,
        range.lowerBound - last.range.upperBound <= options.gapMaximum,
        range.upperBound - last.range.lowerBound <= options.transferSize
      {
        runs[runs.count - 1].items = last.items.lowerBound..<(index + 1)
        runs[runs.count - 1].range = last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
      } else {
        runs.append(Run(items: index..<(index + 1), range: range))
        pack = location.pack
      }
    }
    return runs
  }

  mutating func next() -> (Step, Request)? {
    if gottenLength >= openingLength || (todo.isEmpty && getting == 0 && !gotten.isEmpty) {
      return openGotten()
    }
    guard getting < window, let run = todo.popLast() else { return nil }
    getting += 1
    return (.get(run), .vault(.get(key(of: run), range: run.range)))
  }

  private mutating func openGotten() -> (Step, Request) {
    let opening = Opening(pieces: gotten.map { piece($0.run, $0.bytes) }, master: master)
    let runs = gotten.map(\.run)
    gotten = []
    gottenLength = 0
    return (.open(runs), .compute(.open(opening)))
  }

  private func key(of run: Run) -> ObjectKey {
    VaultFolder.pack(plan.item(run.items.lowerBound).location.pack)
  }

  private func piece(_ run: Run, _ bytes: Bytes) -> Opening.Piece {
    let pack = plan.item(run.items.lowerBound).location.pack
    guard let salt = catalog.packs[pack]?.salt else {
      preconditionFailure("a listed block has a listed pack")
    }
    let items = run.items.map { number in
      let item = plan.item(number)
      let start = Int(item.location.offset) - run.range.lowerBound
      return Opening.Item(
        digest: item.digest, range: start..<(start + Int(item.location.storedLength)),
        length: Int(item.location.length))
    }
    return Opening.Piece(bytes: bytes, items: items, salt: salt)
  }

  /// Returns the items completed by an answer; throws when the vault fails.
  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) -> [Fetched] {
    switch step {
    case .get(let run):
      getting -= 1
      return try take(answer, run)
    case .open(let runs):
      guard case .blocks(let blocks) = try answer.reply().output else {
        preconditionFailure("opening gives blocks")
      }
      unfinished -= blocks.count
      return fetched(blocks, of: runs)
    }
  }

  private mutating func fetched(_ blocks: [Bytes?], of runs: [Run]) -> [Fetched] {
    var all: [Fetched] = []
    all.reserveCapacity(blocks.count)
    for run in runs {
      let fetched = run.items.map { item in
        Fetched(item: item, bytes: blocks[all.count + item - run.items.lowerBound])
      }
      if fetched.contains(where: { $0.bytes == nil }) {
        note(run, "holds blocks that are not as they were written")
      }
      all += fetched
    }
    return all
  }

  private mutating func take(_ answer: Answer, _ run: Run) throws(JobFailure) -> [Fetched] {
    switch answer {
    case .success(let reply):
      read += ByteCount(reply.bytes.count)
      gotten.append((run, reply.bytes))
      gottenLength += reply.bytes.count
      return []
    case .failure(let error):
      switch error.kind {
      case .notFound: note(run, "is lost")
      case .invalid, .damaged:
        if run.items.count > 1 {
          // One of the blocks cannot be read: find out which.
          todo += run.items.reversed().map { Run(items: $0..<($0 + 1), range: plan.item($0).location.range) }
          return []
        }
        note(run, "cannot be read in full length")
      default: throw .storage(error)
      }
      unfinished -= run.items.count
      return run.items.map { Fetched(item: $0, bytes: nil) }
    }
  }

  private mutating func note(_ run: Run, _ problem: String) {
    let object = DamageReport.Object(key: key(of: run), problem: problem)
    if damaged.last != object { damaged.append(object) }
  }
}

extension BlockFetcher {
  /// Traps unless every block of the plan is finished, to be read, being read or to be opened.
  func checkInvariants() {
    precondition((0...window).contains(getting), "reads have a window")
    precondition((0...plan.itemCount).contains(unfinished), "a block is finished once")
    precondition(gottenLength == gotten.reduce(0) { $0 + $1.bytes.count }, "what is to be opened is counted")
    let waiting = todo.reduce(0) { $0 + $1.items.count } + gotten.reduce(0) { $0 + $1.run.items.count }
    precondition(waiting + getting <= unfinished, "a block that waits is not finished")
  }
}
