import Replication
import Storage
import Units

/// A report of a source to the witness about its peer's copy.
enum WitnessReport: Sendable {
  /// The copy lacks acknowledged writes from now on.
  case outdated
  /// The copy is in sync again.
  case current
}

extension World {
  /// The size of a report or its answer on a link: an address, a term and a digest.
  private static let reportSize = ByteCount(256)

  /// Sends a report to the witness of a group. Without a stated witness the group has one that every side reaches at once.
  mutating func send(_ report: WitnessReport, _ ticket: Ticket, _ pair: PairID, _ node: Int) {
    guard let site = pairs[pair].witnessSite else {
      return settle(report, ticket, pair, node, isHeard: true)
    }
    guard let link = blueprint.link(between: pairs[pair].nodes[node].site, and: site) else {
      return settle(report, ticket, pair, node, isHeard: false)
    }
    pairs[pair].nodes[node].underWay += 1
    start(
      .replication(
        pair, node, generation: pairs[pair].nodes[node].generation, .report(ticket, report)),
      through: Operation.Leg(resource: resource(link), amount: Self.reportSize * 2),
      latency: blueprint.links[link].latency * 2)
  }

  /// Records a report that reached the witness, and passes the answer to the source.
  ///
  /// - Parameter isHeard: Whether the links to the witness's site and back carried report and answer.
  mutating func settle(
    _ report: WitnessReport, _ ticket: Ticket, _ pair: PairID, _ node: Int, isHeard: Bool
  ) {
    guard let engine = pairs[pair].nodes[node].engine else { return }
    let isAlive = pairs[pair].witnessSite.map(isUp) ?? true
    let (peer, term) = (UInt8(1 - node), engine.durableState.term)
    var isRecorded = isHeard && isAlive
    switch report {
    case .outdated:
      isRecorded = isRecorded && pairs[pair].witness.outdate(peer: peer, by: UInt8(node), in: term)
    case .current where isRecorded: pairs[pair].witness.restore(peer: peer, by: UInt8(node), in: term)
    case .current: break
    }
    tell(pair, node, isRecorded ? .finished(ticket) : .failed(ticket, .unavailable))
  }

  /// Whether the witness knows that a copy at a standby site lacks acknowledged writes.
  func witnessKnowsOutdatedCopy(at site: SiteID) -> Bool {
    protectionGroups(standingAt: site).contains { pair in
      pairs[pair].witnessSite != nil && pairs[pair].witness.outdated.contains(UInt8(pairs[pair].standing))
    }
  }

  /// Has the witness record the copy as the primary of the group's new term.
  ///
  /// Forced, since people know of the loss that they accept; an automatic takeover asks before it begins.
  mutating func grantPromotion(of pair: PairID) {
    let (node, term) = (UInt8(pairs[pair].standing), pairs[pair].term)
    mustSucceed { () throws(Witness.Refusal) in
      try pairs[pair].witness.grant(node, in: term, isForced: true)
    }
  }
}
