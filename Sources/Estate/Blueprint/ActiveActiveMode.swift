import Replication
import Storage
import Units

/// The terms on which two sites serve the same volumes.
public struct ActiveActiveMode: Hashable, Sendable {
  public enum Acknowledgement: String, CaseIterable, Sendable {
    /// The write is durable at the site that received it.
    case local
    /// The write is durable at both sites. A site acknowledges alone once its peer has not answered within
    /// the tolerance.
    case peer
  }

  /// The condition for acknowledging a write.
  public var acknowledgement: Acknowledgement
  /// The share of the writes that clients issue at the second site.
  public var share: Ratio

  public init(acknowledgement: Acknowledgement, share: Ratio) {
    self.acknowledgement = acknowledgement
    self.share = share
  }
}

extension ReplicationPolicy {
  /// Translates the mode into the engine's policy at the scale of the run.
  func activePolicy(_ mode: ActiveActiveMode, at scale: Scale) -> ActivePolicy {
    var policy = ActivePolicy()
    policy.waitsForPeer = mode.acknowledgement == .peer
    policy.tolerance = tolerance
    policy.weight = scale.denominator
    policy.pagesMaximum = max(1, 16 / Int(scale.denominator))
    return policy
  }
}
