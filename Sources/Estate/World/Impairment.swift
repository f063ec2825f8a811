import Units

/// A temporary fault of a device or link.
public struct Impairment: Hashable, Sendable {
  public enum Effect: Hashable, Sendable {
    /// Nothing passes, and operations in flight are lost.
    case down
    /// A share of the usual rate remains, and latency is added. The resource is slow, not dead.
    case slow(rate: Ratio, latency: Duration)
  }

  /// The time from the strike to the start of the fault.
  public var begin: Duration
  public var end: Duration
  public var effect: Effect

  public init(begin: Duration, end: Duration, effect: Effect) {
    precondition(begin >= .zero && begin < end, "an impairment lasts for a time after the strike")
    self.begin = begin
    self.end = end
    self.effect = effect
  }
}

/// An impairment in a running estate.
struct ActiveImpairment: Sendable {
  let resource: ResourceID
  let effect: Impairment.Effect
  var isActive = false
}

extension World {
  /// Starts a fault with its impairments.
  mutating func impair(_ resource: ResourceID, _ course: [Impairment]) {
    for impairment in course {
      impairments.append(ActiveImpairment(resource: resource, effect: impairment.effect))
      let index = impairments.count - 1
      if impairment.begin == .zero {
        setImpairment(index, isActive: true)
      } else {
        events.schedule(.impairment(index, isActive: true), at: now + impairment.begin)
      }
      events.schedule(.impairment(index, isActive: false), at: now + impairment.end)
    }
  }

  /// Starts or ends an impairment. Other impairments stay in effect.
  mutating func setImpairment(_ index: Int, isActive: Bool) {
    impairments[index].isActive = isActive
    let id = impairments[index].resource
    trace.record(at: now, kind: 6, entity: UInt32(id.index), amount: isActive ? 1 : 0)
    switch impairments[index].effect {
    case .down: if isActive { takeDown(id) } else { raise(id) }
    case .slow: setPace(of: id)
    }
  }

  /// Applies the lowest of all rates and the sum of all latencies.
  private mutating func setPace(of id: ResourceID) {
    var share = Ratio.one
    var latency = Duration.zero
    for impairment in impairments where impairment.isActive && impairment.resource == id {
      guard case .slow(let rate, let added) = impairment.effect else { continue }
      share = min(share, rate)
      latency += added
    }
    resources[id].setPace(share: share, addedLatency: latency, at: now)
    replan(id)
  }

  /// Restores a resource unless another impairment keeps it down.
  mutating func raise(_ id: ResourceID) {
    let isHeldDown = impairments.contains { $0.isActive && $0.resource == id && $0.effect == .down }
    guard !isHeldDown else { return }
    if case .link(let link) = resources[id].role,
      !blueprint.links[link].ends.allSatisfy({ premises.isUp($0) })
    {
      return
    }
    endLulls()
    resources[id].isUp = true
  }

  /// Returns the links of a site.
  func links(of site: SiteID) -> [LinkID] {
    blueprint.links.indices.map(LinkID.init).filter { blueprint.links[$0].ends.contains(site) }
  }
}
