import Units

/// A device or link whose rate is shared equally by the flows in progress: every one that joins or leaves changes the
/// pace of all others. In queueing theory: processor sharing.
///
/// Nothing is re-planned for that. The *virtual service* is what a flow present from the beginning would have received;
/// a flow ends when it has grown by the flow's size, whoever else comes and goes (Demers, Keshav, Shenker,
/// "Analysis and Simulation of a Fair Queueing Algorithm", SIGCOMM 1989).
///
/// Bytes are conserved exactly. Service counts in 10^-12 byte, of which a rate and a time always make a whole number;
/// what does not divide among the flows is carried on to the next share. A flow receives its size, no more and no
/// less. It ends within the nanosecond before the instant that is told, and what is left of that nanosecond
/// serves the others: rounding never adds up.
public struct SharedBandwidth: Sendable {
  /// The rate that all flows together receive; at zero they stand still.
  public private(set) var rate: ByteRate
  /// The instant up to which the work is done.
  public private(set) var now: Instant
  /// How long flows were in progress, a nanosecond begun counting whole and a standstill too.
  public private(set) var busyTime = Duration.zero

  /// Descending by identifier: the next to end is the last.
  @usableFromInline var flows: [Flow] = []
  /// Flows that have ended and wait to be told, the oldest first.
  @usableFromInline var ended: [(time: Instant, flow: Flow)] = []
  private var flowsEver: UInt64 = 0
  @usableFromInline var virtualService: Int128 = 0
  private var totalService: Int128 = 0
  /// Work that did not divide among the flows.
  @usableFromInline var carry: Int128 = 0

  public init(rate: ByteRate, startingAt start: Instant = .epoch) {
    precondition(rate >= .zero, "a rate is never negative")
    self.rate = rate
    now = start
  }

  /// The number of flows in progress.
  public var flowCount: Int { flows.count }

  /// The bytes moved for all flows that ever were, rounded down.
  public var moved: ByteCount { ByteCount(service: totalService) }

  /// The bytes moved for one flow up to `now`, rounded down; `nil` when it was cancelled, or its end was told.
  public func moved(for flow: FlowID) -> ByteCount? {
    if let index = index(of: flow) { return flows[index].moved(at: virtualService) }
    return ended.first { $0.flow.id == flow }?.flow.size
  }

  /// Begins to move `size` bytes. Complexity: O(log n) comparisons, and a move of the flows that end earlier.
  public mutating func add(_ size: ByteCount, at time: Instant) -> FlowID {
    precondition(size >= .zero, "a flow has no negative size")
    advance(to: time)
    let flow = Flow(
      id: FlowID(end: virtualService + size.service, sequence: flowsEver), size: size)
    flowsEver += 1
    flows.insert(flow, at: place(of: flow.id))
    return flow.id
  }

  /// Ends a flow before its time, or before its end was told, and returns the bytes moved for it, rounded down; `nil`
  /// when there is no such flow any more.
  public mutating func cancel(_ flow: FlowID, at time: Instant) -> ByteCount? {
    advance(to: time)
    let moved = moved(for: flow)
    if let index = index(of: flow) {
      flows.remove(at: index)
      if flows.isEmpty { carry = 0 }
    } else {
      ended.removeAll { $0.flow.id == flow }
    }
    return moved
  }

  /// Changes the rate from an instant on: a slow device, a standstill (zero), a repair.
  public mutating func setRate(_ newRate: ByteRate, at time: Instant) {
    precondition(newRate >= .zero, "a rate is never negative")
    advance(to: time)
    rate = newRate
  }

  /// The flow that ends next and the first instant at which it has ended, if nothing changes; `nil` when none is in
  /// progress, all stand still, or the end lies beyond the end of virtual time. Complexity: O(1).
  @inlinable
  public var nextCompletion: (time: Instant, flow: FlowID)? {
    if let (time, flow) = ended.first { return (time, flow.id) }
    guard let flow = flows.last, let time = instant(afterWork: workToEnd(flow) - carry) else { return nil }
    return (time, flow.id)
  }

  /// Advances to `limit`, then removes and returns the flow that ended first; `nil` when none has.
  public mutating func popCompletion(through limit: Instant) -> (time: Instant, flow: FlowID)? {
    advance(to: limit)
    return ended.isEmpty ? nil : { ($0.time, $0.flow.id) }(ended.removeFirst())
  }

  /// Does the work up to an instant; one before `now` is a programmer error and traps.
  public mutating func advance(to time: Instant) {
    precondition(time >= now, "virtual time is monotone")
    let gained = rate.service(in: time - now)
    var work = gained + carry
    var busyUntil = flows.isEmpty ? now : time
    while let flow = flows.last, workToEnd(flow) <= work {
      work -= workToEnd(flow)
      serve(flow.id.end - virtualService)
      busyUntil = instant(afterWork: gained - work) ?? time
      ended.append((busyUntil, flow))
      flows.removeLast()
    }
    carry = 0
    if !flows.isEmpty {
      busyUntil = time
      // One flow alone has it all: most are alone, and the division is the dearest step.
      let share =
        flows.count == 1 ? (work, 0) : work.quotientAndRemainder(dividingBy: Int128(flows.count))
      serve(share.0)
      carry = share.1
    }
    busyTime += busyUntil - now
    now = time
  }
}

extension SharedBandwidth {
  /// Names one flow. Identifiers order as their flows end; of two that end together the older one comes first.
  public struct FlowID: Hashable, Comparable, Sendable {
    /// The virtual service at which the flow ends.
    @usableFromInline let end: Int128
    @usableFromInline let sequence: UInt64

    init(end: Int128, sequence: UInt64) {
      self.end = end
      self.sequence = sequence
    }

    public static func < (a: FlowID, b: FlowID) -> Bool {
      a.end != b.end ? a.end < b.end : a.sequence < b.sequence
    }
  }

  @usableFromInline
  struct Flow: Sendable {
    @usableFromInline let id: FlowID
    let size: ByteCount

    func moved(at virtualService: Int128) -> ByteCount {
      ByteCount(service: size.service - (id.end - virtualService))
    }
  }

  /// The work for all flows until this one ends, should it be the next.
  @inlinable
  func workToEnd(_ flow: Flow) -> Int128 { Int128(flows.count) * (flow.id.end - virtualService) }

  private mutating func serve(_ share: Int128) {
    virtualService += share
    totalService += share * Int128(flows.count)
  }

  /// The first instant at which so much work is done since `now`; `nil` when there is none.
  @inlinable
  func instant(afterWork work: Int128) -> Instant? {
    if work <= 0 { return now }
    guard rate > .zero else { return nil }
    let rate = Int128(rate.millibytesPerSecond)
    let nanoseconds = Int128(now.nanoseconds) + (work - 1) / rate + 1
    return Int64(exactly: nanoseconds).map(Instant.init(nanoseconds:))
  }

  /// Where a flow stands, or would stand, in the descending order.
  private func place(of flow: FlowID) -> Int {
    var range = flows.indices
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = flows[middle].id > flow ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  private func index(of flow: FlowID) -> Int? {
    let place = place(of: flow)
    return place < flows.count && flows[place].id == flow ? place : nil
  }
}

extension ByteCount {
  /// In units of service, 10^-12 byte.
  fileprivate var service: Int128 { Int128(bytes) * 1_000_000_000_000 }
  fileprivate init(service: Int128) { self.init(Int64(service / 1_000_000_000_000)) }
}

extension ByteRate {
  /// Millibytes per second times nanoseconds are units of service.
  fileprivate func service(in time: Duration) -> Int128 {
    Int128(millibytesPerSecond) * Int128(time.nanoseconds)
  }
}
