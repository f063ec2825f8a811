import Storage
import Units

/// A driver that performs a job's requests at once and in order, on stores and streams in memory. For tests
/// and small tools.
public struct ImmediateDriver<Store: ObjectStore> {
  public var vault: Store
  public var replica: Store?
  /// The source or target streams by number. `prepare` creates or resizes a target.
  public var streams: [[UInt8]]
  public var now: Instant
  /// The number of requests performed.
  public private(set) var performed = 0

  public init(vault: Store, replica: Store? = nil, streams: [[UInt8]] = [], now: Instant = .epoch) {
    self.vault = vault
    self.replica = replica
    self.streams = streams
    self.now = now
  }

  /// Runs a job from its beginning to its end.
  public mutating func run<J: Job>(_ job: J) -> J.Outcome {
    var job = job
    var effects: [J.Effect] = []
    job.handle(.begin, at: now, into: &effects)
    job.checkInvariants()
    while !effects.isEmpty {
      switch effects.removeFirst() {
      case .finish(let outcome): return outcome
      case .perform(let ticket, let request):
        job.handle(answer(ticket, request), at: now, into: &effects)
        job.checkInvariants()
      }
    }
    preconditionFailure("a job asks or finishes")
  }

  /// Returns the job event for one request.
  public mutating func answer(_ ticket: RequestID, _ request: Request) -> JobEvent {
    do throws(StorageError) {
      return .completed(ticket, try perform(request))
    } catch {
      return .failed(ticket, error)
    }
  }

  /// Performs one request.
  public mutating func perform(_ request: Request) throws(StorageError) -> Reply {
    performed += 1
    switch request {
    case .compute(let computation): return .computed(computation.run())
    case .vault(let operation, on: .primary): return try operation.perform(on: &vault, at: now)
    case .vault(let operation, on: .replica):
      guard var store = replica else { throw StorageError(.unavailable, "there is no replica") }
      replica = nil
      defer { replica = store }
      return try operation.perform(on: &store, at: now)
    case .stream(let number, let operation): return try perform(operation, on: number)
    }
  }

  private mutating func perform(_ operation: StreamOperation, on number: Int) throws(StorageError) -> Reply {
    switch operation {
    case .prepare(let description):
      while streams.count <= number { streams.append([]) }
      let length = Int(description.length.bytes)
      let missing = length - streams[number].count
      if missing > 0 { streams[number] += [UInt8](repeating: 0, count: missing) }
      if missing < 0 { streams[number].removeLast(-missing) }
      return .done
    case .read(let extent):
      let range = Int(extent.offset.bytes)..<Int(extent.end.bytes)
      guard streams.indices.contains(number), range.upperBound <= streams[number].count else {
        throw StorageError(.invalid, "bytes \(range) of stream \(number)")
      }
      return .bytes(Bytes(Array(streams[number][range])))
    case .write(let fragments):
      for fragment in fragments {
        let start = Int(fragment.offset.bytes)
        guard streams.indices.contains(number), start + fragment.bytes.count <= streams[number].count else {
          throw StorageError(.invalid, "byte \(start) of stream \(number)")
        }
        streams[number].replaceSubrange(start..<(start + fragment.bytes.count), with: fragment.bytes.slice)
      }
      return .done
    case .flush: return .done
    }
  }
}
