import Units

/// What the drills of one strategy and one disaster say of the way back.
public struct FailbackSummary: Sendable {
  /// Drills that went on until the services were back home, or that were to.
  public let count: Int
  public let returned: [Failback.Returned]
  /// Why drills did not come home, each reason once, in the order of the drills.
  public let failures: [(reason: String, count: Int)]
  public let unprotectedWindow: Summary
  public let downtime: Summary

  /// `nil` when no drill went on after a failover.
  public init?(of drills: [Drill]) {
    let failbacks = drills.compactMap(\.failback)
    guard !failbacks.isEmpty else { return nil }
    count = failbacks.count
    returned = failbacks.compactMap(\.returned)
    failures = failbacks.compactMap(\.failure).reduce(into: []) { reasons, reason in
      if let place = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[place].count += 1
      } else {
        reasons.append((reason, 1))
      }
    }
    let failed = [Achieved](repeating: .unrecoverable, count: count - returned.count)
    guard let windows = Sample(returned.map { .duration($0.unprotectedWindow) } + failed),
      let downtimes = Sample(returned.map { .duration($0.downtime) } + failed)
    else { return nil }
    unprotectedWindow = Summary(of: windows)
    downtime = Summary(of: downtimes)
  }

  public var worstRPO: Duration { returned.map(\.rpo).max() ?? .zero }
  public var mostLostWrites: Int { returned.map(\.lostWrites).max() ?? 0 }
  /// At full size.
  public var mostResynchronizedBytes: ByteCount { returned.map(\.resynchronizedBytes).max() ?? .zero }
  public var longestResynchronization: Duration { returned.map(\.resynchronization).max() ?? .zero }
}

extension Failback {
  public var returned: Returned? {
    if case .returned(let returned) = outcome { returned } else { nil }
  }

  /// Why the services did not come home; `nil` when they did.
  public var failure: String? {
    switch outcome {
    case .returned: nil
    case .failed(let reason): reason
    case .struckAgain(.recovered): "another disaster came first, and was recovered from"
    case .struckAgain(.unrecoverable(let reason)): "another disaster came first: \(reason)"
    }
  }
}
