import Storage
import Units

/// Reads whole packs and verifies every byte and their match with the indexes.
struct PackChecker: Sendable {
  enum Step: Sendable {
    case get(ObjectID)
    case check(ObjectID)
  }

  /// The result for one pack.
  struct Finding: Sendable {
    let pack: ObjectID
    /// The problem; `nil` when the pack is as it was written.
    let problem: String?
    let damaged: [Digest]
  }

  private let catalog: Catalog
  private let contents: PackContents
  private let master: MasterKey
  /// The packs to get; the last one is next.
  private var todo: [ObjectID]
  private var gotten: [(id: ObjectID, bytes: Bytes)] = []
  private var waiting = 0
  /// The packs that are being read, wait for their check, or are being checked. Their bytes are in memory.
  private var held = 0
  private let heldMaximum: Int
  private(set) var read = ByteCount.zero

  /// - Parameters:
  ///   - packs: The packs of the catalog.
  ///   - contents: The blocks in each pack.
  ///   - heldMaximum: Packs in memory at once, at least 1.
  init(
    _ packs: [ObjectID], _ contents: PackContents, catalog: Catalog, key: MasterKey,
    heldMaximum: Int
  ) {
    precondition(heldMaximum >= 1, "a checker holds the pack that it checks")
    self.heldMaximum = heldMaximum
    todo = packs.sorted(by: >)
    self.contents = contents
    self.catalog = catalog
    master = key
  }

  var isFinished: Bool { waiting == 0 && todo.isEmpty && gotten.isEmpty }

  mutating func next() -> (Step, Request)? {
    if let (id, bytes) = gotten.popLast() {
      guard let record = catalog.packs[id] else { preconditionFailure("only listed packs are checked") }
      waiting += 1
      let check = PackCheck(
        id: id, bytes: bytes, listed: contents[id], salt: record.salt, master: master)
      return (.check(id), .compute(.check(check)))
    }
    guard held < heldMaximum, let id = todo.popLast() else { return nil }
    waiting += 1
    held += 1
    return (.get(id), .vault(.get(VaultFolder.pack(id), range: nil)))
  }

  /// Returns the finding completed by an answer; throws when the vault fails.
  mutating func receive(_ answer: Answer, for step: Step) throws(JobFailure) -> Finding? {
    waiting -= 1
    switch step {
    case .get(let id): return try take(answer, id)
    case .check(let id):
      held -= 1
      guard case .checked(let pack) = try answer.reply().output else {
        preconditionFailure("a check gives a checked pack")
      }
      return Finding(pack: id, problem: pack.problem, damaged: pack.damaged)
    }
  }

  private mutating func take(_ answer: Answer, _ id: ObjectID) throws(JobFailure) -> Finding? {
    if case .failure(let error) = answer, error.kind == .notFound || error.kind == .damaged {
      held -= 1
      return Finding(
        pack: id, problem: error.kind == .notFound ? "is lost" : "cannot be read in full length",
        damaged: contents[id].map(\.digest))
    }
    let bytes = try answer.reply().bytes
    read += ByteCount(bytes.count)
    gotten.append((id, bytes))
    return nil
  }
}
