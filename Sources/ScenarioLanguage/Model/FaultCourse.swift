import Documents
import Estate
import Statistics
import Units

/// The effect of a fault on a link or a device while the fault lasts.
public enum FaultCourse: Hashable, Sendable {
  /// Nothing passes.
  case cut
  /// The link is down and up repeatedly; each time is drawn anew.
  case flapping(down: Distribution, up: Distribution)
  /// The link keeps a share of its rate, and latency is added.
  case slow(rate: Ratio, latency: Duration)

  /// Returns the impairments of the link or device from the strike on.
  package func impairments(lasting: Duration, from stream: RandomStream) -> [Impairment] {
    switch self {
    case .cut: return [Impairment(begin: .zero, end: lasting, effect: .down)]
    case .slow(let rate, let latency):
      return [Impairment(begin: .zero, end: lasting, effect: .slow(rate: rate, latency: latency))]
    case .flapping(let down, let up):
      var stream = stream
      var impairments: [Impairment] = []
      var time = Duration.zero
      while time < lasting {
        let end = min(lasting, time + min(lasting, down.draw(from: &stream)))
        if end > time { impairments.append(Impairment(begin: time, end: end, effect: .down)) }
        time = end + min(lasting, up.draw(from: &stream))
      }
      return impairments
    }
  }
}

extension FaultCourse {
  /// The largest number of interruptions in one fault.
  private static let flapsMaximum: Int64 = 10_000

  /// Creates a flapping fault: a renewal process of two alternating times.
  init(flapping times: Flapping, lasting: Duration) throws(Misfit) {
    for (key, time) in [("down", times.down), ("up", times.up)] where time.mean == .zero {
      throw Misfit(
        at: "flapping", "a link that is '\(key)' for no time does not flap", hint: "write a positive time")
    }
    let cycle = times.down.mean.nanoseconds.addingReportingOverflow(times.up.mean.nanoseconds)
    guard cycle.overflow || lasting.nanoseconds / max(1, cycle.partialValue) < Self.flapsMaximum else {
      throw Misfit(
        at: "flapping", "the link goes down more than \(Self.flapsMaximum) times in \(lasting)",
        hint: "write longer times, or a shorter 'duration'")
    }
    self = .flapping(down: times.down, up: times.up)
  }
}

/// The times for which a flapping link is down and up.
struct Flapping: Sendable {
  var down: Distribution
  var up: Distribution
}

/// The remaining speed of a slow link or device.
struct Slowdown: Sendable {
  var rate: Ratio
  var latency: Duration
}

extension Shape<Flapping> {
  static let flapping = mapping(
    "A link that goes down and up as long as the fault lasts, at first down; fixed times or drawn ones.",
    Field("down", .distribution, "The duration of each interruption."),
    Field("up", .distribution, "The time between two interruptions.")
  ) { Flapping(down: $0, up: $1) }
}

extension Shape<Slowdown> {
  static let slowdown = mapping(
    "A link or device that is slow, not dead, as long as the fault lasts.",
    Field("rate", .share, default: "100 %", "The remaining share of the rate."),
    Field("latency", .duration, default: "0 s", "The added latency.")
  ) { rate, latency throws(Misfit) in
    guard rate > .zero else {
      throw Misfit(
        at: "rate", "what has no rate left is dead, not slow", hint: "write a share above 0 %")
    }
    guard rate < .one || latency > .zero else {
      throw Misfit("this slows nothing down", hint: "write a 'rate' below 100 %, or a 'latency' above 0 s")
    }
    return Slowdown(rate: rate, latency: latency)
  }
}
