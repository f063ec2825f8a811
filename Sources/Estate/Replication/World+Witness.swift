import Replication
import Storage
import Units

extension World {
  /// The size of a report or its answer on a link: an address, a term and a digest.
  private static let reportSize = ByteCount(256)

  /// Sends a report to the witness of a group. Without a stated witness the group has one that every side reaches at once.
  mutating func send(_ report: WitnessReport, _ ticket: Ticket, _ pair: PairID, _ node: Int) {
    guard let site = fabric[pair].witnessSite else {
      return settle(report, ticket, pair, node, isHeard: true)
    }
    guard let link = blueprint.link(between: fabric[pair][node].site, and: site) else {
      return settle(report, ticket, pair, node, isHeard: false)
    }
    fabric[pair][node].beginOperation()
    start(
      .replication(
        pair, node, generation: fabric[pair][node].generation, .report(ticket, report)),
      through: Operation.Leg(resource: resource(link), amount: Self.reportSize * 2),
      latency: blueprint.links[link].latency * 2)
  }

  /// Records a report that reached the witness, and passes the answer to the source.
  ///
  /// - Parameter isHeard: Whether the links to the witness's site and back carried report and answer.
  mutating func settle(
    _ report: WitnessReport, _ ticket: Ticket, _ pair: PairID, _ node: Int, isHeard: Bool
  ) {
    guard let term = fabric[pair][node].engine?.durableState.term else { return }
    let isAlive = fabric[pair].witnessSite.map(isUp) ?? true
    let isRecorded = isHeard && isAlive && fabric[pair].record(report, by: node, in: term)
    tell(pair, node, isRecorded ? .finished(ticket) : .failed(ticket, .unavailable))
  }
}
