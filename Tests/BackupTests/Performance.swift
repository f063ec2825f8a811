import Backup
import Storage
import Units

/// A job whose requests are performed one at a time in an order that the test chooses, and which can be paused, or cut
/// off with any of its requests performed and any not.
struct Performance<J: Job> {
  private(set) var job: J
  private(set) var outstanding: [(ticket: RequestID, request: Request)] = []
  private(set) var outcome: J.Outcome?
  private(set) var completed = 0

  init(_ job: J, at now: Instant) {
    self.job = job
    handle(.begin, at: now)
  }

  private mutating func handle(_ event: JobEvent, at now: Instant) {
    var effects: [J.Effect] = []
    job.handle(event, at: now, into: &effects)
    job.checkInvariants()
    for effect in effects {
      switch effect {
      case .perform(let ticket, let request): outstanding.append((ticket, request))
      case .finish(let result):
        precondition(outcome == nil, "a job finishes once")
        outcome = result
      }
    }
  }

  /// Performs the outstanding request at `index` and tells the job.
  mutating func step(_ index: Int, on driver: inout ImmediateDriver<MemoryObjectStore>) {
    let (ticket, request) = outstanding.remove(at: index)
    completed += 1
    handle(driver.answer(ticket, request), at: driver.now)
  }

  /// Answers the outstanding request at `index` without performing it.
  mutating func complete(_ index: Int, _ reply: Reply, at now: Instant) {
    let (ticket, _) = outstanding.remove(at: index)
    handle(.completed(ticket, reply), at: now)
  }

  /// Tells the job that the outstanding request at `index` was not performed.
  mutating func fail(_ index: Int, _ error: StorageError, at now: Instant) {
    let (ticket, _) = outstanding.remove(at: index)
    handle(.failed(ticket, error), at: now)
  }

  /// Performs requests in an order drawn from `random` until the job finishes or `limit` are done.
  mutating func run(
    on driver: inout ImmediateDriver<MemoryObjectStore>, random: inout RandomStream, limit: Int = .max
  ) {
    while outcome == nil, completed < limit {
      step(Int(random.below(UInt64(outstanding.count))), on: &driver)
    }
  }

  /// Performs requests in order until one that satisfies `predicate` is outstanding; returns its index.
  mutating func run(
    on driver: inout ImmediateDriver<MemoryObjectStore>, until predicate: (Request) -> Bool
  ) -> Int? {
    while outcome == nil {
      if let index = outstanding.firstIndex(where: { predicate($0.request) }) { return index }
      step(0, on: &driver)
    }
    return nil
  }

  /// A power cut of the agent: of the requests under way each was performed or not.
  func crash(on driver: inout ImmediateDriver<MemoryObjectStore>, random: inout RandomStream) {
    for (_, request) in outstanding where random.below(2) == 0 { _ = try? driver.perform(request) }
  }
}

extension Request {
  /// Whether this puts an object whose key begins so.
  func puts(_ prefix: String) -> Bool {
    if case .vault(.put(let key, _, _, _), _) = self { return key.name.hasPrefix(prefix) }
    return false
  }

  func deletes(_ prefix: String) -> Bool {
    if case .vault(.delete(let key, _), _) = self { return key.name.hasPrefix(prefix) }
    return false
  }

  /// Whether this puts the manifest: a point that replaces a claim.
  var commits: Bool {
    if case .vault(.put(let key, _, if: .version, _), _) = self { return key.name.hasPrefix("points/") }
    return false
  }
}

extension ImmediateDriver where Store == MemoryObjectStore {
  /// Everything in the vault, by key.
  var contents: [String: Bytes] {
    var all: [String: Bytes] = [:]
    for key in vault.list(prefix: "") { all[key.name] = try? vault.get(key, range: nil) }
    return all
  }
}
