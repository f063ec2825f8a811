import Storage
import Units

/// Reads planned blocks from packs in few large reads, and opens and checks them.
struct BlockFetcher: Sendable {
  enum Step: Sendable {
    case get(Run)
    case open(Run)
  }

  /// Items that are read at once: neighbours in one pack.
  struct Run: Sendable {
    var items: Range<Int>
    var range: Range<Int>
  }

  /// What became of one item.
  struct Fetched: Sendable {
    let item: Int
    /// `nil` when the block is lost or damaged.
    let bytes: Bytes?
  }

  let plan: FetchPlan
  private let master: MasterKey
  private let catalog: Catalog
  /// Runs to get, the next one last.
  private var todo: [Run]
  private var gotten: [(run: Run, bytes: Bytes)] = []
  private var unfinished: Int
  private(set) var read = ByteCount.zero
  /// Packs that are lost or damaged, and how.
  private(set) var damaged: [DamageReport.Object] = []

  init(_ plan: FetchPlan, catalog: Catalog, key: MasterKey, options: JobOptions) {
    self.plan = plan
    self.catalog = catalog
    master = key
    unfinished = plan.items.count
    todo = Self.runs(plan.items, options).reversed()
  }

  var isFinished: Bool { unfinished == 0 }

  private static func runs(_ items: [FetchPlan.Item], _ options: JobOptions) -> [Run] {
    var runs: [Run] = []
    for (index, item) in items.enumerated() {
      let range = item.location.range
      if let last = runs.last, items[last.items.lowerBound].location.pack == item.location.pack,
        range.lowerBound - last.range.upperBound <= options.gapMaximum,
        range.upperBound - last.range.lowerBound <= options.transferSize
      {
        runs[runs.count - 1].items = last.items.lowerBound..<(index + 1)
        runs[runs.count - 1].range = last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
      } else {
        runs.append(Run(items: index..<(index + 1), range: range))
      }
    }
    return runs
  }

  mutating func next() -> (Step, Request)? {
    if let (run, bytes) = gotten.popLast() { return (.open(run), .compute(.open(opening(run, bytes)))) }
    guard let run = todo.popLast() else { return nil }
    return (.get(run), .vault(.get(key(of: run), range: run.range)))
  }

  private func key(of run: Run) -> ObjectKey {
    VaultFolder.pack(plan.items[run.items.lowerBound].location.pack)
  }

  private func opening(_ run: Run, _ bytes: Bytes) -> Opening {
    let pack = plan.items[run.items.lowerBound].location.pack
    guard let salt = catalog.packs[pack]?.salt else {
      preconditionFailure("a listed block has a listed pack")
    }
    let items = plan.items[run.items].map { item in
      let start = Int(item.location.offset) - run.range.lowerBound
      return Opening.Item(
        digest: item.digest, range: start..<(start + Int(item.location.storedLength)),
        length: Int(item.location.length))
    }
    return Opening(bytes: bytes, items: items, master: master, salt: salt)
  }

  /// What has become of items by this answer; throws when the vault does not answer.
  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) -> [Fetched] {
    switch step {
    case .get(let run): return try take(answer, run)
    case .open(let run):
      guard case .blocks(let blocks) = try answer.reply().output else {
        preconditionFailure("opening gives blocks")
      }
      if blocks.contains(nil) { note(run, "holds blocks that are not as they were written") }
      unfinished -= blocks.count
      return zip(run.items, blocks).map { Fetched(item: $0, bytes: $1) }
    }
  }

  private mutating func take(_ answer: Answer, _ run: Run) throws(JobFailure) -> [Fetched] {
    switch answer {
    case .success(let reply):
      read += ByteCount(reply.bytes.count)
      gotten.append((run, reply.bytes))
      return []
    case .failure(let error):
      switch error.kind {
      case .notFound: note(run, "is lost")
      case .invalid, .damaged:
        if run.items.count > 1 {
          // One of the blocks cannot be read: find out which.
          todo += run.items.reversed().map { Run(items: $0..<($0 + 1), range: plan.items[$0].location.range) }
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
