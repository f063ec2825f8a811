import ScenarioLanguage
import Statistics
import Units

/// One kind of disaster with its occurrences over the years.
public struct Hazard: Sendable {
  /// The law of the times between first occurrences.
  public enum Process: Hashable, Sendable {
    /// A Poisson process with this many first occurrences a year.
    case poisson(perYear: Double)
    /// A renewal process that restarts with each lifetime.
    case renewal(Distribution)
  }

  public var name: String
  public var process: Process
  /// Further occurrences after each first one; `nil` where there are none.
  public var cluster: DisasterCluster?

  public init(name: String, process: Process, cluster: DisasterCluster? = nil) {
    self.name = name
    self.process = process
    self.cluster = cluster
  }

  /// Creates the hazard of a disaster; `nil` when the scenario states no rate for it.
  public init?(_ disaster: Disaster) {
    guard let process = Process(disaster) else { return nil }
    self.init(name: disaster.name, process: process, cluster: disaster.cluster)
  }

  /// The expected occurrences in a year, including those of clusters.
  public var perYear: Double { process.perYear * (1 + (cluster?.mean.value ?? 0)) }
}

extension Hazard.Process {
  fileprivate init?(_ disaster: Disaster) {
    if let interval = disaster.interval {
      self = .renewal(interval)
    } else if let rate = disaster.perYear?.value {
      self = .poisson(perYear: rate / (1 + (disaster.cluster?.mean.value ?? 0)))
    } else {
      return nil
    }
  }

  var perYear: Double {
    switch self {
    case .poisson(let rate): rate
    case .renewal(let interval): Double(Year.milliseconds) / (interval.mean.seconds * 1_000)
    }
  }

  /// Draws the time until the next first occurrence in milliseconds, at least one.
  func pause(from stream: inout RandomStream) -> Int64 {
    switch self {
    case .poisson(let rate):
      guard rate > 0 else { return .max }
      let years = GSL.exponentialQuantile(stream.uniform()) / rate
      return years < 1e6 ? max(1, Int64(years * Double(Year.milliseconds))) : .max
    case .renewal(let interval): return max(1, interval.draw(from: &stream).nanoseconds / 1_000_000)
    }
  }
}

extension Hazard {
  /// Draws the delays of further occurrences after a first one, in milliseconds.
  func followers(from stream: inout RandomStream) -> [Int64] {
    guard let cluster else { return [] }
    var delays: [Int64] = []
    var passed = GSL.exponentialQuantile(stream.uniform())
    while passed < cluster.mean.value {
      delays.append(max(1, cluster.within.draw(from: &stream).nanoseconds / 1_000_000))
      passed += GSL.exponentialQuantile(stream.uniform())
    }
    return delays
  }
}

/// A billing year of 8,760 hours.
enum Year {
  static let milliseconds: Int64 = 8_760 * 3_600_000
}
