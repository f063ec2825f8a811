import Storage
import Units

/// The stages of a job. They produce requests while there is room and receive the answers until they have an
/// outcome.
protocol Steps: Sendable {
  /// The purpose of a request.
  associatedtype Purpose: Sendable
  associatedtype Outcome: Sendable

  /// The outcome, set once the work is done.
  var outcome: Outcome? { get }
  /// Returns the next request; `nil` when an answer is needed first.
  mutating func next(at now: Instant) -> (Purpose, Request)?
  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant)
  /// Traps with a reason unless the state of the steps is one that answers can lead to. Valid before an outcome.
  func checkInvariants()
}

extension Steps {
  /// Checks nothing, for steps whose state is their next request.
  func checkInvariants() {}
}

/// Runs steps as a job, with at most `window` outstanding requests and one finish.
struct Pump<S: Steps>: Sendable {
  /// The steps, behind a reference because the job is moved at every event.
  private var steps: CopyOnWrite<S>
  private var outstanding = Outstanding<S.Purpose>()
  private let window: Int
  private var hasFinished = false

  init(_ steps: S, window: Int) {
    precondition(window >= 1, "a job needs room for one request")
    self.steps = CopyOnWrite(steps)
    self.window = window
  }

  mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<S.Outcome>]) {
    guard !hasFinished else { return }
    switch event {
    case .begin: precondition(outstanding.isPristine, "a job begins once")
    case .completed(let ticket, let reply):
      guard let purpose = outstanding.redeem(ticket) else { return }
      steps.value.receive(.success(reply), for: purpose, at: now)
    case .failed(let ticket, let error):
      guard let purpose = outstanding.redeem(ticket) else { return }
      steps.value.receive(.failure(error), for: purpose, at: now)
    }
    while steps.value.outcome == nil, outstanding.count < window,
      let (purpose, request) = steps.value.next(at: now)
    {
      effects.append(.perform(outstanding.issue(purpose), request))
    }
    if let outcome = steps.value.outcome {
      hasFinished = true
      effects.append(.finish(outcome))
    } else {
      precondition(!outstanding.isEmpty, "a job that has not finished waits for something")
    }
  }

  /// Traps unless the window is kept and the steps are in order. Steps that failed may have stopped anywhere.
  func checkInvariants() {
    precondition(outstanding.count <= window, "a job keeps its window")
    if steps.value.outcome != nil { return }
    precondition(!hasFinished, "a job finishes with an outcome")
    steps.value.checkInvariants()
  }
}

/// The result of a request.
typealias Answer = Result<Reply, StorageError>

extension Answer {
  /// Returns the reply, or throws the operation's failure as the job's.
  func reply() throws(JobFailure) -> Reply {
    switch self {
    case .success(let reply): return reply
    case .failure(let error): throw .storage(error)
    }
  }
}

extension Reply {
  // The driver answers each request with its own kind of reply; any other is a programmer error.

  var keys: KeyList {
    guard case .keys(let keys) = self else { preconditionFailure("a list is answered by keys") }
    return keys
  }

  var bytes: Bytes {
    guard case .bytes(let bytes) = self else { preconditionFailure("a read is answered by bytes") }
    return bytes
  }

  var attributes: ObjectAttributes? {
    guard case .attributes(let attributes) = self else { preconditionFailure("answered by attributes") }
    return attributes
  }

  var version: UInt64 {
    guard case .version(let version) = self else { preconditionFailure("a put is answered by a version") }
    return version
  }

  var output: Computation.Output {
    guard case .computed(let output) = self else { preconditionFailure("work is answered by its output") }
    return output
  }
}
