import Storage
import Units

/// Locks a recovery point and everything that it needs. No one, including the administrator, can remove any
/// of it before the date. A lock can be extended and never shortened.
public struct LockJob: Job {
  public enum Outcome: Sendable {
    /// The point, and the number of locked objects including its own.
    case locked(RecoveryPoint, objects: Int)
    /// The lock failed. Some of the objects may be locked.
    case failed(JobFailure)
  }

  private var pump: Pump<LockSteps>

  public init(_ point: PointID, until date: Instant, key: MasterKey, options: JobOptions = JobOptions()) {
    options.validate()
    pump = Pump(LockSteps(point, until: date, key: key, options: options), window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The stages of a lock. The point is read, locked and read again, until no prune has moved any part
/// meanwhile.
struct LockSteps: Steps {
  enum Purpose: Sendable {
    case read(PointReader.Step)
    case lock
  }

  private(set) var outcome: LockJob.Outcome?
  private let id: PointID
  private let date: Instant
  private let master: MasterKey
  private let options: JobOptions
  private var reader: PointReader
  private var locked: Set<ObjectKey> = []
  private var requests: [ObjectKey] = []
  private var unanswered = 0
  private var hasMissed = false
  private var failures = 0

  init(_ point: PointID, until date: Instant, key: MasterKey, options: JobOptions) {
    id = point
    self.date = date
    self.options = options
    master = key
    reader = PointReader(point, key: key, options: options)
  }

  mutating func next(at now: Instant) -> (Purpose, Request)? {
    if let key = requests.popLast() { return (.lock, .vault(.lock(key, until: date))) }
    return unanswered == 0 ? reader.next().map { (.read($0), $1) } : nil
  }

  mutating func receive(_ answer: Answer, for purpose: Purpose, at now: Instant) {
    do throws(JobFailure) {
      try take(answer, for: purpose)
    } catch {
      outcome = .failed(error)
    }
  }

  private mutating func take(_ answer: Answer, for purpose: Purpose) throws(JobFailure) {
    switch purpose {
    case .read(let step):
      try reader.receive(answer, for: step)
      do throws(JobFailure) {
        if let memory = try reader.memory() { lock(memory) }
      } catch {
        // A pack that a prune has deleted since the catalog was read: where its blocks are now a new reader finds.
        failures += 1
        guard failures < 4 else { throw error }
        lookAgain()
      }
    case .lock:
      unanswered -= 1
      if case .failure(let error) = answer, error.kind == .notFound {
        hasMissed = true
      } else {
        _ = try answer.reply()
      }
      if unanswered == 0 { lookAgain() }
    }
  }

  private mutating func lock(_ memory: AgentMemory) {
    let needed = [id.key] + memory.catalog.objects(behind: memory.latest.lists)
    requests = needed.filter { !locked.contains($0) }.reversed()
    locked.formUnion(requests)
    unanswered = requests.count
    if requests.isEmpty { outcome = .locked(memory.latest.point, objects: locked.count) }
  }

  private mutating func lookAgain() {
    if hasMissed { locked = [] }
    hasMissed = false
    reader = PointReader(id, key: master, options: options)
  }
}
