import Replication
import Units

/// The replication lag over time, as the maximum of each step of time.
///
/// The series never has more than `stepsMaximum` steps. When they are used up, pairs of steps are joined. A
/// peak keeps its height and only loses its exact time within the step.
public struct LagSeries: Codable, Hashable, Sendable {
  /// The knowledge about one step of time, from least to worst.
  public enum Sample: Hashable, Comparable, Sendable {
    /// No source ran during the step.
    case unknown
    /// The age of the state that a failover would have recovered.
    case lag(Duration)
    /// No copy existed.
    case noCopy
  }

  public static let stepsMaximum = 240
  private static let firstStep = Duration.milliseconds(100)

  public let start: Instant
  public private(set) var step = Self.firstStep
  public private(set) var samples: [Sample] = []

  public init(startingAt start: Instant) { self.start = start }

  package init(startingAt start: Instant, step: Duration, samples: [Sample]) {
    (self.start, self.step, self.samples) = (start, step, samples)
  }

  /// Adds a source's claim for a period; `nil` for a period without a source.
  mutating func add(_ claim: ReplicationClaim?, from begin: Instant, until end: Instant) {
    var time = begin
    while time < end {
      let place = place(of: time)
      let next = min(end, start + step * Int64(place + 1))
      while samples.count <= place { samples.append(.unknown) }
      samples[place] = max(samples[place], Sample(claim, at: next))
      time = next
    }
  }

  private mutating func place(of instant: Instant) -> Int {
    while (instant - start).nanoseconds / step.nanoseconds >= Self.stepsMaximum { halve() }
    return Int((instant - start).nanoseconds / step.nanoseconds)
  }

  private mutating func halve() {
    step = step * 2
    samples = stride(from: 0, to: samples.count, by: 2).map { place in
      samples[place..<min(place + 2, samples.count)].max() ?? .unknown
    }
  }
}

extension LagSeries.Sample {
  fileprivate init(_ claim: ReplicationClaim?, at instant: Instant) {
    guard let claim else {
      self = .unknown
      return
    }
    self = claim.hasCopy ? .lag(claim.age(at: instant)) : .noCopy
  }
}

extension ReplicationClaim {
  /// Returns the age of the state that a failover would recover.
  func age(at now: Instant) -> Duration { oldest.map { max(.zero, now - $0) } ?? .zero }
}

/// The encoding of a sample as one whole number: the lag in nanoseconds, -1 for unknown, -2 for no copy.
extension LagSeries.Sample: Codable {
  public init(from decoder: any Decoder) throws {
    let number = try decoder.singleValueContainer().decode(Int64.self)
    self = number == -1 ? .unknown : number == -2 ? .noCopy : .lag(Duration(nanoseconds: number))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .unknown: try container.encode(Int64(-1))
    case .noCopy: try container.encode(Int64(-2))
    case .lag(let lag): try container.encode(lag.nanoseconds)
    }
  }
}
