import Storage
import Units

/// Reads the possibly changed parts of a snapshot's streams and divides them into digested blocks, in order.
struct SourceReader: Sendable {
  enum Step: Sendable {
    case read(Int)
    case divide(Int)
    case digest(Int)
  }

  /// Consecutive blocks of one stream.
  struct Run: Sendable {
    let stream: Int
    let extent: Extent
    /// The blocks before the run that are carried forward, by their numbers in the last point's list.
    let carried: [Range<Int>]
    fileprivate(set) var bytes = Bytes()
    fileprivate(set) var ends: [Int] = []
    fileprivate(set) var digests: [Digest] = []
    fileprivate var state = State.reading
  }

  fileprivate enum State {
    case reading
    /// The bytes are read. For content-defined blocks the undivided rest of the previous run is still
    /// missing.
    case read
    case dividing
    case divided
    case digesting
    case digested
  }

  private let streams: [StreamDescription]
  private let plan: [ReadPlan.Read]
  private let options: JobOptions
  /// The runs in the order of the plan, starting with number `first`.
  private var runs: [Run] = []
  private var first = 0
  private var nextRead = 0
  /// The number of runs being read.
  private var reading = 0
  /// The next run to divide, and the undivided bytes before it.
  private var nextDivision = 0
  private var carry = Bytes()

  init(_ streams: [StreamDescription], plan: [ReadPlan.Read], options: JobOptions) {
    self.streams = streams
    self.plan = plan
    self.options = options
  }

  var isFinished: Bool { first == plan.count }

  /// Returns the next request. Reads happen only when `mayRead`, so that memory stays bounded.
  mutating func next(mayRead: Bool) -> (Step, Request)? {
    for index in runs.indices {
      let number = first + index
      switch runs[index].state {
      case .read where number == nextDivision:
        return divide(index)
      case .divided:
        runs[index].state = .digesting
        return (
          .digest(number), .compute(.digest(Digesting(bytes: runs[index].bytes, ends: runs[index].ends)))
        )
      default: continue
      }
    }
    guard mayRead, reading < options.window, runs.count < options.windowOfAllStages, nextRead < plan.count
    else { return nil }
    defer { nextRead += 1 }
    reading += 1
    let read = plan[nextRead]
    runs.append(Run(stream: read.stream, extent: read.extent, carried: read.carried))
    return (.read(nextRead), .stream(read.stream, .read(read.extent)))
  }

  private mutating func divide(_ index: Int) -> (Step, Request) {
    let run = runs[index]
    let stream = streams[run.stream]
    let pieceEnds = plan[first + index].pieceEnds.map { $0 + carry.count }
    if !carry.isEmpty { runs[index].bytes = Bytes(Array(carry.slice) + run.bytes.slice) }
    carry = Bytes()
    runs[index].state = .dividing
    let division = ChunkingWork(chunking: stream.chunking, bytes: runs[index].bytes, pieceEnds: pieceEnds)
    return (.divide(first + index), .compute(.divide(division)))
  }

  mutating func receive(_ reply: Reply, for step: Step) throws(JobFailure) {
    switch step {
    case .read(let number):
      reading -= 1
      let index = number - first
      let bytes = reply.bytes
      guard bytes.count == Int(runs[index].extent.length.bytes) else {
        throw .storage(StorageError(.damaged, "a stream gave \(bytes.count) bytes of \(runs[index].extent)"))
      }
      runs[index].bytes = bytes
      runs[index].state = .read
      skipDivisions()
    case .divide(let number):
      guard case .ends(let ends) = reply.output else { preconditionFailure("a division gives ends") }
      let index = number - first
      let end = ends.last ?? 0
      carry = runs[index].bytes[end..<runs[index].bytes.count]
      runs[index].ends = ends
      runs[index].state = .divided
      nextDivision = number + 1
      skipDivisions()
    case .digest(let number):
      guard case .digests(let digests) = reply.output else { preconditionFailure("digesting gives digests") }
      runs[number - first].digests = digests
      runs[number - first].state = .digested
    }
  }

  /// Skips division for fixed blocks, whose ends do not depend on the bytes.
  private mutating func skipDivisions() {
    while nextDivision < first + runs.count {
      let index = nextDivision - first
      guard runs[index].state == .read, case .fixed = streams[runs[index].stream].chunking else { return }
      let chunking = streams[runs[index].stream].chunking
      runs[index].ends = chunking.ends(in: runs[index].bytes, isLast: true)
      runs[index].state = .divided
      nextDivision += 1
    }
  }

  /// Removes and returns the next run in order, once its digests are known.
  mutating func popDigested() -> Run? {
    guard let run = runs.first, run.state == .digested else { return nil }
    runs.removeFirst()
    first += 1
    return run
  }
}
