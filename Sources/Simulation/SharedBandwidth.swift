import Units

/// A device or link whose rate is shared equally by all active flows. Every flow that joins or leaves changes
/// the speed of all others, as in processor sharing of queueing theory.
///
/// No flow is re-planned for that. The *virtual service* is the amount that a flow present from the beginning
/// would have received. A flow ends when the virtual service has grown by the flow's size, whatever other
/// flows do (Demers, Keshav, Shenker, "Analysis and Simulation of a Fair Queueing Algorithm", SIGCOMM 1989).
///
/// Bytes are conserved exactly. Service counts in 10^-12 byte, so a rate and a time always give a whole
/// number. A remainder that does not divide among the flows is carried to the next share. A flow receives
/// exactly its size. It ends within the nanosecond before the reported instant, and the rest of that
/// nanosecond serves the others, so rounding never accumulates.
public struct SharedBandwidth: Sendable {
  /// The combined rate of all flows. At zero they make no progress.
  public private(set) var rate: ByteRate
  /// The instant through which the work is done.
  public private(set) var now: Instant
  /// The time with active flows, where started nanoseconds and times at rate zero count.
  public private(set) var busyTime = Duration.zero

  /// The flows, descending by identifier, so that the next one to end is the last.
  @usableFromInline var flows: [Flow] = []
  /// The ended flows that are not yet returned, oldest first.
  @usableFromInline var ended: [(time: Instant, flow: Flow)] = []
  private var flowsEver: UInt64 = 0
  @usableFromInline var virtualService: Int128 = 0
  private var totalService: Int128 = 0
  /// The work that did not divide evenly among the flows.
  @usableFromInline var carry: Int128 = 0

  public init(rate: ByteRate, startingAt start: Instant = .epoch) {
    precondition(rate >= .zero, "a rate is never negative")
    self.rate = rate
    now = start
  }

  /// The number of flows in progress.
  public var flowCount: Int { flows.count }

  /// The bytes moved for all flows ever, rounded down.
  public var moved: ByteCount { ByteCount(service: totalService) }

  /// Returns the bytes moved for one flow up to `now`, rounded down. `nil` when it was cancelled or its end
  /// was returned.
  public func moved(for flow: FlowID) -> ByteCount? {
    if let index = index(of: flow) { return flows[index].moved(at: virtualService) }
    return ended.first { $0.flow.id == flow }?.flow.size
  }

  /// Starts to move `size` bytes. Complexity: O(log n) comparisons, and a move of the flows that end earlier.
  public mutating func add(_ size: ByteCount, at time: Instant) -> FlowID {
    precondition(size >= .zero, "a flow has no negative size")
    advance(to: time)
    let flow = Flow(
      id: FlowID(end: virtualService + size.service, sequence: flowsEver), size: size)
    flowsEver += 1
    flows.insert(flow, at: place(of: flow.id))
    return flow.id
  }

  /// Ends a flow early and returns the bytes moved for it, rounded down; `nil` when it no longer exists.
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

  /// Changes the rate from an instant on, for example for a slow device, a stop (zero) or a repair.
  public mutating func setRate(_ newRate: ByteRate, at time: Instant) {
    precondition(newRate >= .zero, "a rate is never negative")
    advance(to: time)
    rate = newRate
  }

  /// The flow that ends next if nothing changes, and its end. `nil` when no flow makes progress or the end is
  /// beyond virtual time. Complexity: O(1).
  @inlinable
  public var nextCompletion: (time: Instant, flow: FlowID)? {
    if let (time, flow) = ended.first { return (time, flow.id) }
    guard let flow = flows.last, let time = instant(afterWork: workToEnd(flow) - carry) else { return nil }
    return (time, flow.id)
  }

  /// Advances to `limit`, then removes and returns the first ended flow; `nil` when none has ended.
  public mutating func popCompletion(through limit: Instant) -> (time: Instant, flow: FlowID)? {
    advance(to: limit)
    return ended.isEmpty ? nil : { ($0.time, $0.flow.id) }(ended.removeFirst())
  }

  /// Does the work through an instant; one before `now` is a programmer error and traps.
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
  /// The identifier of a flow. Identifiers are in the order of the flows' ends, and among equals the older
  /// one is first.
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

  /// Returns the total work of all flows until this one ends, if it is the next to end.
  @inlinable
  func workToEnd(_ flow: Flow) -> Int128 { Int128(flows.count) * (flow.id.end - virtualService) }

  private mutating func serve(_ share: Int128) {
    virtualService += share
    totalService += share * Int128(flows.count)
  }

  /// Returns the first instant at which this work is done; `nil` when there is none.
  @inlinable
  func instant(afterWork work: Int128) -> Instant? {
    if work <= 0 { return now }
    guard rate > .zero else { return nil }
    let rate = Int128(rate.millibytesPerSecond)
    let nanoseconds = Int128(now.nanoseconds) + (work - 1) / rate + 1
    return Int64(exactly: nanoseconds).map(Instant.init(nanoseconds:))
  }

  /// Returns the position of a flow in the descending order.
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
  /// The size in units of service, 10^-12 byte.
  fileprivate var service: Int128 { Int128(bytes) * 1_000_000_000_000 }
  fileprivate init(service: Int128) { self.init(Int64(service / 1_000_000_000_000)) }
}

extension ByteRate {
  /// Returns the service in a time. Millibytes per second times nanoseconds are units of service.
  fileprivate func service(in time: Duration) -> Int128 {
    Int128(millibytesPerSecond) * Int128(time.nanoseconds)
  }
}
