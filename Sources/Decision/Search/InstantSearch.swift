import Statistics
import Units

/// The outcome of one rehearsal in a search over strike instants.
public struct InstantProbe: Codable, Hashable, Sendable {
  public var strike: Instant
  public var outageStart: Instant
  /// The loss or outage to maximise.
  public var value: Achieved

  public init(strike: Instant, outageStart: Instant, value: Achieved) {
    self.strike = strike
    self.outageStart = outageStart
    self.value = value
  }

  /// The earliest possible instant of the recovered state.
  var point: Instant? { value.duration.map { outageStart - $0 } }
}

/// Searches a window for the strike instant with the greatest loss.
///
/// Between two recovery points the loss grows with time, and it drops when a newer point is available. If a
/// later strike never uses an older point, the loss between two probes has a bound. The bound is the later
/// outage's start minus the earlier probe's point. The search bisects the interval with the greatest bound,
/// until no bound exceeds the greatest loss by more than the tolerance.
public struct InstantSearch: Sendable {
  public var window: ClosedRange<Instant>
  /// The number of rehearsals at evenly spread instants, before the bisection.
  public var firstProbes = 8
  /// The largest number of rehearsals.
  public var budget = 200
  /// The smallest interval that is cut.
  public var resolution = Duration.seconds(1)
  /// The accepted difference from the bound, as a share of the greatest loss.
  public var tolerance = Ratio.percent(1)

  public init(window: ClosedRange<Instant>) { self.window = window }

  public struct Finding: Sendable {
    public var worst: InstantProbe
    /// The largest loss of any instant in the window; `nil` where the search has no such bound.
    public var bound: Duration?
    /// The probes, in the order of their instants.
    public var probes: [InstantProbe]
    /// The number of rehearsals made when the worst one was found.
    public var rehearsalsUntilWorst: Int
  }

  /// Runs the search. `rehearse` returns the outcome of a strike at an instant.
  public func run(_ rehearse: (Instant) -> InstantProbe) -> Finding {
    var probes: [InstantProbe] = []
    var worst: (probe: InstantProbe, count: Int)?
    func probe(at instant: Instant) {
      let new = rehearse(instant)
      let place = probes.firstIndex { $0.strike > instant } ?? probes.count
      probes.insert(new, at: place)
      if worst.map({ $0.probe.value < new.value }) ?? true { worst = (new, probes.count) }
    }
    for instant in firstInstants { probe(at: instant) }
    while probes.count < budget, worst?.probe.value != .unrecoverable,
      let next = Self.widest(probes, resolution: resolution), next.bound > accepted(worst?.probe)
    {
      probe(at: next.middle)
    }
    guard let worst else { preconditionFailure("a search makes a rehearsal") }
    let open = Self.widest(probes, resolution: .nanoseconds(1))?.bound ?? .zero
    let bound = worst.probe.value.duration.map { max($0, open) }
    return Finding(
      worst: worst.probe, bound: bound, probes: probes, rehearsalsUntilWorst: worst.count)
  }

  private var firstInstants: [Instant] {
    let span = window.upperBound - window.lowerBound
    let count = Int64(max(2, firstProbes))
    let instants = (0..<count).map {
      window.lowerBound + Duration(nanoseconds: span.nanoseconds / (count - 1) * $0)
    }
    return instants.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Returns the loss at which the search may stop.
  private func accepted(_ worst: InstantProbe?) -> Duration {
    guard let loss = worst?.value.duration else { return .zero }
    return loss + Duration(nanoseconds: Int64(Double(loss.nanoseconds) * tolerance.value))
  }

  /// Returns the interval with the greatest bound that can still be cut.
  private static func widest(
    _ probes: [InstantProbe], resolution: Duration
  ) -> (bound: Duration, middle: Instant)? {
    var best: (bound: Duration, middle: Instant)?
    for (earlier, later) in zip(probes, probes.dropFirst()) {
      let width = later.strike - earlier.strike
      guard let point = earlier.point, later.point != point, width > resolution else { continue }
      let bound = later.outageStart - point
      if best.map({ $0.bound < bound }) ?? true {
        best = (bound, earlier.strike + Duration(nanoseconds: width.nanoseconds / 2))
      }
    }
    return best
  }
}
