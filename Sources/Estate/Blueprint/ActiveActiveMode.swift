import Replication
import Storage
import Units

/// How two sites serve the same volumes.
public struct ActiveActiveMode: Hashable, Sendable {
  public enum Acknowledgement: String, CaseIterable, Sendable {
    /// When it is durable where it was written.
    case local
    /// When it is durable at both sites; alone once the other has not answered for the tolerance.
    case peer
  }

  /// When a write is acknowledged.
  public var acknowledgement: Acknowledgement
  /// Of the writes, those that clients make at the second site.
  public var share: Ratio

  public init(acknowledgement: Acknowledgement, share: Ratio) {
    self.acknowledgement = acknowledgement
    self.share = share
  }
}

extension ReplicationPolicy {
  /// As the engine wants it, at the scale of the run.
  func activePolicy(_ mode: ActiveActiveMode, at scale: Scale) -> ActivePolicy {
    var policy = ActivePolicy()
    policy.waitsForPeer = mode.acknowledgement == .peer
    policy.tolerance = tolerance
    policy.weight = scale.denominator
    policy.pagesMaximum = max(1, 16 / Int(scale.denominator))
    return policy
  }
}
