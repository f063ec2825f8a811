import Simulation
import Units

/// The devices, links and processors of an estate, with the operations that use them and the impairments.
///
/// Invariants: an operation is on at most one resource unless it streams; a resource that is down carries nothing; a resource under an
/// impairment that cuts it is down; every resource with transfers has its next completion in the event queue.
struct Infrastructure: Sendable {
  typealias Events = EventQueue<Happening>

  /// The bytes moved so far, by device and by link.
  private(set) var deviceBytes: [ByteCount]
  private(set) var linkBytes: [ByteCount]
  private var resources: [Resource]
  private var operations = SlotTable<Operation>()
  private var impairments: [ActiveImpairment] = []

  /// Creates the resources of an estate in good health: devices, then links, then processors, each in the blueprint's
  /// order.
  init(_ blueprint: Blueprint, speeds: EngineSpeeds, at start: Instant) {
    let devices = blueprint.devices.enumerated().map { index, device in
      Resource(role: .device(DeviceID(index)), rate: device.rate, at: start)
    }
    let links = blueprint.links.enumerated().map { index, link in
      Resource(role: .link(LinkID(index)), rate: link.rate, at: start)
    }
    // One core works one nanosecond a nanosecond.
    let cores = ByteRate.bytesPerSecond(Int64(speeds.cores) * 1_000_000_000)
    let processors = blueprint.sites.indices.map { index in
      Resource(role: .processors(SiteID(index)), rate: cores, at: start)
    }
    resources = devices + links + processors
    deviceBytes = blueprint.devices.map { _ in .zero }
    linkBytes = blueprint.links.map { _ in .zero }
  }

  func isUp(_ id: ResourceID) -> Bool { resources[id].isUp }
  func role(of id: ResourceID) -> Resource.Role { resources[id].role }

  // MARK: Operations

  /// Registers an operation. It uses nothing before `advance`.
  mutating func insert(_ operation: Operation) -> SlotID { operations.insert(operation) }

  /// Removes an operation that has reached its end, and returns it.
  mutating func remove(_ id: SlotID) -> Operation {
    guard let operation = operations.remove(id) else { preconditionFailure("an operation ends once") }
    return operation
  }

  /// Sends an operation to its next leg with bytes to move.
  mutating func advance(_ id: SlotID, in events: inout Events) -> Operation.Progress {
    while true {
      switch operations[id]?.nextStep() {
      case .leg(let leg):
        guard resources[leg.resource].isUp else { return .blocked }
        slowDown(id, by: leg)
        guard leg.amount > .zero else { continue }
        enter(leg, id, &events)
        return .underWay
      case .legs(let legs):
        guard legs.allSatisfy({ resources[$0.resource].isUp }) else { return .blocked }
        for leg in legs {
          slowDown(id, by: leg)
          enter(leg, id, &events)
        }
        return .underWay
      case .wait: return .underWay
      case .end(let latency, let sender): return .arrived(latency, sender)
      case nil: preconditionFailure("an operation on its way exists")
      }
    }
  }

  private mutating func slowDown(_ id: SlotID, by leg: Operation.Leg) {
    let added = resources[leg.resource].addedLatency
    if added > .zero { operations[id]?.slowDown(by: added) }
  }

  private mutating func enter(_ leg: Operation.Leg, _ id: SlotID, _ events: inout Events) {
    meter(leg)
    resources[leg.resource].add(leg.amount, for: id, at: events.now)
    resources[leg.resource].replan(as: leg.resource, in: &events)
  }

  /// Takes the transfers of a failed stream from its other resources.
  private mutating func endStream(_ id: SlotID, _ events: inout Events) {
    for resource in operations[id]?.streamed ?? [] {
      let withdrawn = resources[resource].withdraw(at: events.now) { $0 == id }
      if !withdrawn.isEmpty { replan(resource, in: &events) }
    }
  }

  /// Fails an operation. The waiting party is notified after the latency, as after a success.
  ///
  /// - Returns: the connection that breaks, if a message was on its way.
  mutating func fail(_ id: SlotID, in events: inout Events) -> Operation.Sender? {
    guard case .end(let latency, let sender) = operations[id]?.fail() else {
      preconditionFailure("an operation that fails was under way")
    }
    endStream(id, &events)
    events.schedule(.operation(id), at: events.now + latency)
    return sender
  }

  /// Prepares a resource whose next completion has just happened.
  mutating func wake(_ id: ResourceID) { resources[id].wake() }

  /// Removes a transfer that has ended by now and returns its operation; `nil` when none has.
  mutating func popFinished(on id: ResourceID, at now: Instant) -> SlotID? {
    resources[id].popFinished(at: now)
  }

  mutating func replan(_ id: ResourceID, in events: inout Events) {
    resources[id].replan(as: id, in: &events)
  }

  /// Counts bytes that passed a link outside of operations.
  mutating func count(_ bytes: ByteCount, on link: LinkID) { linkBytes[link] += bytes }

  private mutating func meter(_ leg: Operation.Leg) {
    switch resources[leg.resource].role {
    case .device(let device): deviceBytes[device] += leg.amount
    case .link(let link): linkBytes[link] += leg.amount
    case .processors: break
    }
  }

  // MARK: Pauses

  /// Takes the transfers of some owners from all resources, with the bytes that are not moved yet.
  mutating func suspend(
    where isSuspended: (Operation.Owner) -> Bool, in events: inout Events
  ) -> [Operation.SuspendedTransfer] {
    var suspended: [Operation.SuspendedTransfer] = []
    for id in resources.indices.map(ResourceID.init) {
      let operations = operations
      let withdrawn = resources[id].withdraw(at: events.now) { operation in
        operations[operation].map { isSuspended($0.owner) } ?? false
      }
      suspended += withdrawn.map {
        Operation.SuspendedTransfer(resource: id, operation: $0.operation, rest: $0.rest)
      }
      if !withdrawn.isEmpty { replan(id, in: &events) }
    }
    return suspended
  }

  /// Continues a suspended transfer.
  ///
  /// - Returns: `false` when the resource is down.
  mutating func resume(_ transfer: Operation.SuspendedTransfer, in events: inout Events) -> Bool {
    guard resources[transfer.resource].isUp else { return false }
    resources[transfer.resource].add(transfer.rest, for: transfer.operation, at: events.now)
    replan(transfer.resource, in: &events)
    return true
  }

  // MARK: Health

  /// Takes a resource down. Its operations fail.
  ///
  /// - Returns: the connections that break.
  mutating func takeDown(_ id: ResourceID, in events: inout Events) -> [Operation.Sender] {
    let failed = resources[id].takeDown(at: events.now)
    replan(id, in: &events)
    return failed.compactMap { fail($0, in: &events) }
  }

  mutating func bringUp(_ id: ResourceID) { resources[id].bringUp() }

  /// Registers a fault that has not begun, and returns its index.
  mutating func add(_ impairment: ActiveImpairment) -> Int {
    impairments.append(impairment)
    return impairments.count - 1
  }

  /// Starts or ends an impairment and returns it. Other impairments stay in effect.
  mutating func setImpairment(_ index: Int, isActive: Bool, in events: inout Events) -> ActiveImpairment {
    impairments[index].isActive = isActive
    if case .slow = impairments[index].effect { setPace(of: impairments[index].resource, in: &events) }
    return impairments[index]
  }

  /// Whether an impairment keeps a resource down.
  func isCut(_ id: ResourceID) -> Bool {
    impairments.contains { $0.isActive && $0.resource == id && $0.effect == .down }
  }

  /// Applies the lowest of all rates and the sum of all latencies.
  private mutating func setPace(of id: ResourceID, in events: inout Events) {
    var share = Ratio.one
    var latency = Duration.zero
    for impairment in impairments where impairment.isActive && impairment.resource == id {
      guard case .slow(let rate, let added) = impairment.effect else { continue }
      share = min(share, rate)
      latency += added
    }
    resources[id].setPace(share: share, addedLatency: latency, at: events.now)
    replan(id, in: &events)
  }

  // MARK: Invariants

  /// Traps unless the resources, the operations and the event queue agree.
  func checkInvariants(_ events: Events) {
    operations.checkInvariants()
    var seen: Set<SlotID> = []
    for id in resources.indices.map(ResourceID.init) {
      for operation in resources[id].checkInvariants(events) {
        guard let owner = operations[operation] else {
          preconditionFailure("the operation of a transfer is under way")
        }
        precondition(seen.insert(operation).inserted || owner.streams, "an operation is on one resource")
        precondition(owner.uses(id), "an operation is where its path says")
        precondition(!owner.hasFailed, "a failed operation uses nothing")
      }
      precondition(!isCut(id) || !resources[id].isUp, "a resource that is cut is down")
    }
  }
}
