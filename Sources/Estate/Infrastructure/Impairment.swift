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
      let index = infrastructure.add(ActiveImpairment(resource: resource, effect: impairment.effect))
      if impairment.begin == .zero {
        setImpairment(index, isActive: true)
      } else {
        events.schedule(.impairment(index, isActive: true), at: now + impairment.begin)
      }
      events.schedule(.impairment(index, isActive: false), at: now + impairment.end)
    }
  }

  /// Starts or ends an impairment.
  mutating func setImpairment(_ index: Int, isActive: Bool) {
    let impairment = infrastructure.setImpairment(index, isActive: isActive, in: &events)
    let id = impairment.resource
    trace.record(at: now, kind: 6, entity: UInt32(id.index), amount: isActive ? 1 : 0)
    guard impairment.effect == .down else { return }
    if isActive { takeDown(id) } else { raise(id) }
  }

  /// Restores a resource unless an impairment or a site without power keeps it down.
  mutating func raise(_ id: ResourceID) {
    guard !infrastructure.isCut(id) else { return }
    if case .link(let link) = infrastructure.role(of: id),
      !blueprint.links[link].ends.allSatisfy({ premises.isUp($0) })
    {
      return
    }
    endLulls()
    infrastructure.bringUp(id)
  }

  /// Returns the links of a site.
  func links(of site: SiteID) -> [LinkID] {
    blueprint.links.indices.map(LinkID.init).filter { blueprint.links[$0].ends.contains(site) }
  }
}
