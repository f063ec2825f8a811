import Replication

/// A report of a source to the witness about its peer's copy.
enum WitnessReport: Sendable {
  /// The copy lacks acknowledged writes from now on.
  case outdated
  /// The copy is in sync again.
  case current
}

/// The witness of a group, and the site at which it runs.
struct WitnessSeat: Sendable {
  /// The site of the witness; `nil` where none is stated, so that every side reaches it at once.
  var site: SiteID?
  private var witness = Witness(primary: UInt8(ReplicationPair.home))

  /// Whether a stated witness knows that a side lacks acknowledged writes.
  func knowsOutdated(_ node: Int) -> Bool { site != nil && witness.outdated.contains(UInt8(node)) }

  /// Records a report; returns `false` when the witness refuses it.
  mutating func record(_ report: WitnessReport, by node: Int, in term: UInt64) -> Bool {
    let (node, peer) = (UInt8(node), UInt8(1 - node))
    switch report {
    case .outdated: return witness.outdate(peer: peer, by: node, in: term)
    case .current:
      witness.restore(peer: peer, by: node, in: term)
      return true
    }
  }

  /// Records a side as the primary of a new term.
  mutating func grant(_ node: Int, in term: UInt64) {
    mustSucceed { () throws(Witness.Refusal) in
      try witness.grant(UInt8(node), in: term, isForced: true)
    }
  }
}
