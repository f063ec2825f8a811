import Estate
import Replication
import Storage
import Units

/// Measures the cost of replication without devices and links. 1 GiB of 4 KiB writes at random places of a
/// volume passes each engine's source, messages and target.
func replicationFigures() -> [BenchmarkFigure] {
  let blocks: [(String, SourcePolicy, flushEvery: Int, isJournaled: Bool)] = [
    ("storage, asynchronous", StorageMode.asynchronous.policy, 32, false),
    ("storage, synchronous, every write flushed", StorageMode.synchronous.policy, 1, false),
    ("storage, interval", StorageMode.interval(.minutes(15)).policy, 32, false),
    ("host I/O, asynchronous", HostMode.asynchronous(checkpointInterval: nil).policy, 32, true),
    ("host I/O, synchronous, every write flushed", HostMode.synchronous.policy, 1, true),
  ]
  return blocks.map { name, policy, flushEvery, isJournaled in
    figure(name, blockBytesPerSecond(policy, flushEvery: flushEvery, isJournaled: isJournaled))
  } + [
    figure("application log, semi-synchronous", logBytesPerSecond())
  ] + worldFigures
}

/// The same figures in a whole simulated world, with devices, link and ledger.
private var worldFigures: [BenchmarkFigure] {
  let modes: [(String, ReplicationPolicy.Mode)] = [
    ("storage, asynchronous", .storage(.asynchronous)), ("storage, synchronous", .storage(.synchronous)),
    ("storage, interval", .storage(.interval(.minutes(1)))),
    ("host I/O, asynchronous", .hostIO(.asynchronous(checkpointInterval: .seconds(5)))),
    ("host I/O, synchronous", .hostIO(.synchronous)),
    ("both sites serve", .activeActive(ActiveActiveMode(acknowledgement: .local, share: .percent(50)))),
    (
      "both sites serve, with the other's consent",
      .activeActive(ActiveActiveMode(acknowledgement: .peer, share: .percent(50)))
    ),
  ]
  return modes.map { name, mode in figure("in the world: \(name)", worldBytesPerSecond(mode)) }
}

/// Returns the rate; `nil` when not every write was acknowledged.
private func worldBytesPerSecond(_ mode: ReplicationPolicy.Mode) -> Double? {
  let estate = MeasuredEstate(
    size: .gibibytes(1), used: .percent(100), writes: writeCount, flushInterval: .milliseconds(32))
  var world = estate.world
  world.protect(
    with: ReplicationPolicy(
      mode: mode, site: MeasuredEstate.remoteSite, device: MeasuredEstate.remoteArray,
      bufferMaximum: .gibibytes(1), journalMaximum: .mebibytes(256)))
  let writes = estate.schedule.writeCount
  let start = processorSeconds()
  world.run(through: MeasuredEstate.start + .milliseconds(Int64(writeCount)) + .seconds(10))
  let seconds = processorSeconds() - start
  guard world.ledger.acknowledgedWrites(of: MeasuredEstate.volume) == writes else { return nil }
  return Double(writes * PagedImage.pageSize) / seconds
}

private let writeCount = 262_144

private func figure(_ name: String, _ rate: Double?) -> BenchmarkFigure {
  guard let rate else { return BenchmarkFigure(name, "not measured: writes were not acknowledged") }
  return BenchmarkFigure(name, rate / 1e6, "MB/s", atLeast: 100)
}

/// Returns the rate; `nil` when not every flush was acknowledged.
private func blockBytesPerSecond(_ policy: SourcePolicy, flushEvery: Int, isJournaled: Bool) -> Double? {
  let volumes = [ByteCount.gibibytes(1)]
  let group = ReplicaGroup(id: 1, volumes: volumes)
  let source = BlockSource(.init(group: group, policy: policy), from: .firstSource(volumes: volumes))
  let blank = DurableState(node: 1, volumes: volumes)
  if isJournaled {
    let target = JournalTarget(.init(group: group, journalMaximum: .mebibytes(64)), from: blank)
    return drive(Loop(source, target, volumes), flushEvery: flushEvery)
  }
  return drive(Loop(source, MirrorTarget(.init(group: group), from: blank), volumes), flushEvery: flushEvery)
}

private func drive(_ idle: consuming Loop<BlockSource, some ReplicationEngine>, flushEvery: Int) -> Double? {
  var loop = idle
  var random = RandomStream(seed: 1, stream: "replication benchmark")
  let page = Bytes(repeating: 0xD2, count: PagedImage.pageSize)
  let places = (0..<writeCount).map { _ in ByteCount(Int(random.below(262_144)) * PagedImage.pageSize) }
  let start = processorSeconds()
  for number in 1...writeCount {
    loop.tellSource(
      .write(HostWrite(number: UInt64(number), volume: 0, offset: places[number - 1], bytes: page)))
    if number % flushEvery == 0 { loop.tellSource(.flush(FlushTicket(UInt64(number)), volume: 0)) }
    if number % 16_384 == 0 { loop.tellSource(.command(.mark(UInt64(number / 16_384)))) }
  }
  let seconds = processorSeconds() - start
  guard loop.acknowledged == writeCount / flushEvery else { return nil }
  return Double(writeCount * PagedImage.pageSize) / seconds
}

/// Returns the rate for records of 4 KiB, sixteen per transaction.
private func logBytesPerSecond() -> Double? {
  let policy = LogPolicy(mode: .semiSynchronous(peers: 1, fallsBack: true))
  var loop = Loop(
    LogSource(.init(pairs: [1], policy: policy), from: .firstSource(volumes: [])),
    LogTarget(.init(pair: 1), from: DurableState(node: 1, volumes: [])), [])
  let bytes = Bytes(repeating: 0xD2, count: 4_096)
  let start = processorSeconds()
  for number in 1...UInt64(writeCount) {
    loop.tellSource(.append(LogRecord(first: number, last: number, bytes: bytes)))
    if number % 16 == 0 { loop.tellSource(.flush(FlushTicket(number), volume: 0)) }
  }
  let seconds = processorSeconds() - start
  guard loop.acknowledged == writeCount / 16 else { return nil }
  return Double(writeCount * 4_096) / seconds
}

/// A source and a target whose devices and link answer at once.
private struct Loop<Source: ReplicationEngine, Target: ReplicationEngine> {
  private var source: Source
  private var target: Target
  private var images: [[PagedImage]]
  private var snapshots: [[PagedImage]]
  private var stored: [DurableState]
  private var events: [(side: Int, event: ReplicationEvent)] = []
  private var effects: [ReplicationEffect] = []
  private(set) var acknowledged = 0

  init(_ source: Source, _ target: Target, _ volumes: [ByteCount]) {
    (self.source, self.target) = (source, target)
    images = Array(repeating: volumes.map { PagedImage(size: $0) }, count: 2)
    snapshots = images
    stored = [source.durableState, target.durableState]
    events = [(1, .begin), (0, .begin)]
    run()
  }

  mutating func tellSource(_ event: ReplicationEvent) {
    events.append((0, event))
    run()
  }

  private mutating func run() {
    var next = 0
    while next < events.count {
      let (side, event) = events[next]
      next += 1
      effects.removeAll(keepingCapacity: true)
      if side == 0 {
        source.handle(event, at: .epoch, into: &effects)
      } else {
        target.handle(event, at: .epoch, into: &effects)
      }
      for effect in effects { carryOut(effect, side) }
    }
    events.removeAll(keepingCapacity: true)
  }

  private mutating func carryOut(_ effect: ReplicationEffect, _ side: Int) {
    switch effect {
    case .write(let volume, let offset, let bytes, _): images[side][volume].write(bytes, at: offset)
    case .flush(let ticket, _), .apply(let ticket, _): events.append((side, .finished(ticket)))
    case .record(let ticket, _):
      stored[side] = side == 0 ? source.durableState : target.durableState
      events.append((side, .finished(ticket)))
    case .read(let ticket, let volume, let extent, let from):
      let image = from == .live ? images[side][volume] : snapshots[side][volume]
      events.append((side, .read(ticket, image.read(extent))))
    case .snapshot(.take): snapshots[side] = images[side]
    case .send(let message): events.append((1 - side, .message(message)))
    case .acknowledge: acknowledged += 1
    default: break
    }
  }
}
