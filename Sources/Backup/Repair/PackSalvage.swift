import Storage
import Units

/// Finds damaged packs and stores their intact blocks again.
struct PackSalvage: Sendable {
  enum Step: Sendable {
    case check(PackChecker.Step)
    case block(BlockFetcher.Step)
    case pack(PackWriter.Step)
  }

  private let catalog: Catalog
  private let contents: PackContents
  private let master: MasterKey
  private let options: JobOptions
  private var checker: PackChecker
  private var fetcher: BlockFetcher?
  private var writer: PackWriter
  /// The existing packs with damage, ascending once all were checked.
  private(set) var damaged: [ObjectID] = []
  /// The number of blocks that are unreadable everywhere.
  private(set) var lostBlocks = 0

  /// Creates the salvage of a catalog's existing packs.
  init(_ catalog: Catalog, key: MasterKey, jobKey: JobKey, options: JobOptions) {
    self.catalog = catalog
    self.options = options
    master = key
    contents = PackContents(catalog)
    let present = catalog.packs.keys.filter { catalog.lost[$0] == nil }
    checker = PackChecker(
      present, contents, catalog: catalog, key: key, heldMaximum: min(options.heldPacks, options.window))
    writer = PackWriter(key: jobKey, lockedUntil: nil, options: options)
    salvageIfChecked()
  }

  var isFinished: Bool { writer.isFinished }

  /// Removes and returns the entries of the new packs, once all are durable.
  mutating func takeEntries() -> [PackEntry] { writer.takeEntries() }

  mutating func next() -> (Step, Request)? {
    if let (step, request) = writer.next() { return (.pack(step), request) }
    if let fetcher, !fetcher.isFinished {
      return writer.hasRoom ? self.fetcher?.next().map { (.block($0), $1) } : nil
    }
    return checker.next().map { (.check($0), $1) }
  }

  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) {
    switch step {
    case .check(let step):
      if let finding = try checker.receive(answer, for: step), finding.problem != nil {
        damaged.append(finding.pack)
      }
      salvageIfChecked()
    case .block(let step):
      for fetched in try fetcher?.receive(answer, for: step) ?? [] { keep(fetched) }
      closeIfFetched()
    case .pack(let step): writer.receive(try answer.reply(), for: step)
    }
  }

  private mutating func salvageIfChecked() {
    guard checker.isFinished else { return }
    damaged.sort()
    let uses = damaged.flatMap { contents[$0] }.map {
      BlockUse(digest: $0.digest, owner: 0, position: 0)
    }
    fetcher = BlockFetcher(FetchPlan(uses, in: catalog), catalog: catalog, key: master, options: options)
    closeIfFetched()
  }

  private mutating func keep(_ fetched: BlockFetcher.Fetched) {
    guard let bytes = fetched.bytes, let plan = fetcher?.plan else { return lostBlocks += 1 }
    writer.add(bytes, plan.digest(of: fetched.item))
  }

  private mutating func closeIfFetched() {
    if fetcher?.isFinished == true { writer.close() }
  }
}
