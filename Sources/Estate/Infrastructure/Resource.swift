import Simulation
import Units

/// The identifier of a device, a link, or a site's processors, as an index of one list.
struct ResourceID: Identifier {
  let index: Int
  init(_ index: Int) { self.index = index }
}

/// A resource whose rate is shared by all its simultaneous users.
struct Resource: Sendable {
  enum Role: Sendable {
    case device(DeviceID)
    case link(LinkID)
    /// The processors on which a site's backup work runs.
    case processors(SiteID)
  }

  /// The transfer of one operation over the resource.
  private struct Transfer: Sendable {
    let flow: SharedBandwidth.FlowID
    let operation: SlotID
    let size: ByteCount
  }

  let role: Role
  private(set) var isUp = true
  /// The added latency of an impairment.
  private(set) var addedLatency = Duration.zero
  /// The rate in good health, at full size. Users are charged at full size.
  private let usualRate: ByteRate
  private var bandwidth: SharedBandwidth
  /// The queued event of the next completion.
  private var wakeUp: EventID?
  /// The transfers under way, in the order of their starts.
  private var transfers: [Transfer] = []

  init(role: Role, rate: ByteRate, at start: Instant) {
    self.role = role
    usualRate = rate
    bandwidth = SharedBandwidth(rate: rate, startingAt: start)
  }

  // MARK: Transfers

  /// Starts to move the bytes of an operation.
  mutating func add(_ size: ByteCount, for operation: SlotID, at now: Instant) {
    precondition(isUp, "nothing passes a resource that is down")
    let flow = bandwidth.add(size, at: now)
    transfers.append(Transfer(flow: flow, operation: operation, size: size))
  }

  /// Removes a transfer that has ended by `now` and returns its operation; `nil` when none has.
  mutating func popFinished(at now: Instant) -> SlotID? {
    guard let (_, flow) = bandwidth.popCompletion(through: now) else { return nil }
    guard let place = transfers.firstIndex(where: { $0.flow == flow }) else {
      preconditionFailure("every flow belongs to a transfer")
    }
    return transfers.remove(at: place).operation
  }

  /// Removes transfers before their end and returns their operations, with the bytes that did not pass.
  mutating func withdraw(
    at now: Instant, where isWithdrawn: (SlotID) -> Bool
  ) -> [(operation: SlotID, rest: ByteCount)] {
    let withdrawn = transfers.filter { isWithdrawn($0.operation) }
    guard !withdrawn.isEmpty else { return [] }
    transfers.removeAll { isWithdrawn($0.operation) }
    return withdrawn.map { transfer in
      guard let moved = bandwidth.cancel(transfer.flow, at: now) else {
        preconditionFailure("every transfer has a flow")
      }
      return (transfer.operation, max(.zero, transfer.size - moved))
    }
  }

  // MARK: Health

  /// Takes the resource down and returns the operations that were using it.
  mutating func takeDown(at now: Instant) -> [SlotID] {
    isUp = false
    return withdraw(at: now) { _ in true }.map(\.operation)
  }

  mutating func bringUp() { isUp = true }

  /// Sets the rate to a share of the usual one.
  mutating func setPace(share: Ratio, addedLatency latency: Duration, at now: Instant) {
    bandwidth.setRate(usualRate.share(share), at: now)
    addedLatency = latency
  }

  // MARK: Time

  /// Reschedules the next completion in place of the earlier one.
  mutating func replan(as id: ResourceID, in events: inout EventQueue<Happening>) {
    let next = bandwidth.nextCompletion
    if let wakeUp { _ = events.cancel(wakeUp) }
    wakeUp = next.map { events.schedule(.transfer(id), at: $0.time) }
  }

  /// Forgets the completion whose event has just happened.
  mutating func wake() { wakeUp = nil }

  // MARK: Invariants

  /// Traps unless the resource's transfers, flows and queued event agree.
  ///
  /// - Returns: the operations of the transfers.
  func checkInvariants(_ events: EventQueue<Happening>) -> [SlotID] {
    precondition(isUp || transfers.isEmpty, "nothing passes a resource that is down")
    precondition(bandwidth.flowCount <= transfers.count, "every flow belongs to a transfer")
    for transfer in transfers {
      precondition(bandwidth.moved(for: transfer.flow) != nil, "every transfer has a flow")
    }
    let next = bandwidth.nextCompletion
    precondition((next == nil) == (wakeUp == nil), "the next completion, and nothing else, is queued")
    if let wakeUp { precondition(events.isPending(wakeUp), "the event of a completion is queued") }
    return transfers.map(\.operation)
  }
}
