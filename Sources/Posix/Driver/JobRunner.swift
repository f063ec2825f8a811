import Backup
import CLinux
import Storage
import Units

/// The streams that a job reads or writes besides the vault.
public protocol StreamHost: Sendable {
  /// Announces an operation. Announcements are in the job's order and precede any later operation.
  func announce(_ operation: StreamOperation, on stream: Int)
  /// Performs an operation; several threads may call this at once.
  func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply
}

extension StreamHost {
  public func announce(_ operation: StreamOperation, on stream: Int) {}
}

/// The host for a job without streams.
public struct NoStreams: StreamHost {
  public init() {}

  public func perform(_ operation: StreamOperation, on stream: Int) throws(StorageError) -> Reply {
    throw StorageError(.invalid, "no stream \(stream)")
  }
}

/// The error of a job that was stopped from outside before it had an outcome.
public struct Interruption: Error, Sendable {}

/// The progress of a job.
public struct JobProgress: Hashable, Sendable {
  /// The bytes of streams read and written so far, without holes.
  public var streamed = ByteCount.zero
  /// The bytes of the vault's objects read and written so far.
  public var stored = ByteCount.zero
}

/// Runs jobs on real stores and files. Computations use as many threads as there are processors, reads and writes use
/// others.
public final class JobRunner: Sendable {
  private let store: any ObjectStore & Sendable
  private let replica: (any ObjectStore & Sendable)?
  private let processors: WorkerPool
  private let devices: WorkerPool

  /// - Parameters:
  ///   - cores: Threads that compute; without one the job's own thread does.
  ///   - replica: The vault that a job copies to.
  ///   - depth: Reads and writes at once; 0 for one after the other, by the job's own thread.
  public init(
    _ store: any ObjectStore & Sendable, replica: (any ObjectStore & Sendable)? = nil,
    cores: Int = processorCount, depth: Int = 4
  ) {
    firedrill_keep_buffers()
    self.store = store
    self.replica = replica
    processors = WorkerPool(threads: cores)
    devices = WorkerPool(threads: depth)
  }

  deinit {
    processors.close()
    devices.close()
  }

  /// Runs a job from its beginning to its end. When stopped, it waits for operations in progress.
  ///
  /// - Parameters:
  ///   - observe: Told now and then how far the job is.
  ///   - isStopped: Asked now and then whether to go on.
  public func run<J: Job>(
    _ job: consuming J, streams: some StreamHost = NoStreams(), observe: (JobProgress) -> Void = { _ in },
    isStopped: () -> Bool = { false }
  ) throws(Interruption) -> J.Outcome {
    var job = consume job
    let mailbox = Monitor<[(event: JobEvent, moved: JobProgress)]>([])
    var effects: [J.Effect] = []
    var outstanding = 0
    var progress = JobProgress()
    var outcome: J.Outcome?
    var released = ByteCount.zero
    defer { firedrill_release_pages() }
    job.handle(.begin, at: .now, into: &effects)
    while outcome == nil {
      for effect in effects {
        switch effect {
        case .finish(let result): outcome = result
        case .perform(let ticket, let request):
          outstanding += 1
          start(ticket, request, streams, mailbox)
        }
      }
      effects.removeAll(keepingCapacity: true)
      guard outcome == nil, !isStopped() else { break }
      for (event, moved) in Self.take(mailbox) {
        outstanding -= 1
        progress.streamed += moved.streamed
        progress.stored += moved.stored
        job.handle(event, at: .now, into: &effects)
      }
      observe(progress)
      if progress.streamed + progress.stored - released >= Self.releaseInterval {
        firedrill_release_pages()
        released = progress.streamed + progress.stored
      }
    }
    while outstanding > 0 { outstanding -= Self.take(mailbox).count }
    guard let outcome else { throw Interruption() }
    return outcome
  }

  /// The number of moved bytes after which pages without contents go back to the system. The next buffers take some
  /// milliseconds to get them again.
  private static let releaseInterval = ByteCount.mebibytes(512)

  /// Returns the received events after at most a fifth of a second.
  private static func take(_ mailbox: Monitor<[(event: JobEvent, moved: JobProgress)]>) -> [(
    event: JobEvent, moved: JobProgress
  )] {
    mailbox.wait(milliseconds: 200) { events in
      guard !events.isEmpty else { return nil }
      defer { events = [] }
      return events
    } ?? []
  }

  private func start(
    _ ticket: RequestID, _ request: Request, _ streams: some StreamHost,
    _ mailbox: Monitor<[(event: JobEvent, moved: JobProgress)]>
  ) {
    switch request {
    case .compute(let computation):
      processors.submit {
        let output = computation.run()
        if case .load = computation { firedrill_release_pages() }
        mailbox.changeForOne { $0.append((.completed(ticket, .computed(output)), JobProgress())) }
      }
    case .vault, .stream:
      if case .stream(let number, let operation) = request { streams.announce(operation, on: number) }
      let (store, replica) = (store, replica)
      devices.submit {
        let event: JobEvent
        var moved = JobProgress()
        do throws(StorageError) {
          let reply = try Self.perform(request, store, replica, streams)
          moved = request.moved(reply)
          event = .completed(ticket, reply)
        } catch {
          event = .failed(ticket, error)
        }
        mailbox.changeForOne { [event, moved] in $0.append((event, moved)) }
      }
    }
  }

  private static func perform(
    _ request: Request, _ store: any ObjectStore, _ replica: (any ObjectStore)?, _ streams: some StreamHost
  ) throws(StorageError) -> Reply {
    switch request {
    case .vault(let operation, on: .primary):
      var store = store
      return try operation.perform(on: &store, at: .now)
    case .vault(let operation, on: .replica):
      guard var store = replica else { throw StorageError(.unavailable, "there is no replica") }
      return try operation.perform(on: &store, at: .now)
    case .stream(let number, let operation): return try streams.perform(operation, on: number)
    case .compute: preconditionFailure("computations are not performed on devices")
    }
  }
}

extension Request {
  /// Returns the number of bytes moved from or to a device.
  fileprivate func moved(_ reply: Reply) -> JobProgress {
    switch self {
    case .stream(_, .read(let extent)): JobProgress(streamed: extent.length)
    case .stream(_, .write(let fragments)):
      JobProgress(streamed: fragments.reduce(.zero) { $0 + ByteCount($1.bytes.count) })
    case .vault(.put(_, let bytes, _, _), _): JobProgress(stored: ByteCount(bytes.count))
    case .vault(.get, _):
      if case .bytes(let bytes) = reply { JobProgress(stored: ByteCount(bytes.count)) } else { JobProgress() }
    default: JobProgress()
    }
  }
}
