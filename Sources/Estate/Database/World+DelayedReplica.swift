import Database
import Replication
import Units

/// A standby that applies the log with a delay. A mistake that is noticed in time is in its log, not in its
/// database.
extension World {
  /// Whether the copy of a service at a site can be promoted without a mistake made by a statement.
  ///
  /// - Parameter pause: The instant when the standby is told to apply no more records.
  public func canStopBeforeMistake(in service: ServiceID, at site: SiteID, pausingAt pause: Instant) -> Bool {
    guard let id = database(of: service), let mistake = databases[id].astray?.position,
      let pair = logPair(of: id, at: site)
    else { return false }
    let node = fabric[pair][fabric[pair].standing]
    guard let instant = node.engine?.appliesRecord(at: UInt64(mistake), ifReceivedAt: now) else {
      return false
    }
    return instant > pause
  }

  /// Whether a group's copy applies its log with a delay.
  public func appliesLate(_ pair: PairID) -> Bool {
    fabric[pair].policy.applyDelay > .zero && fabric[pair].serving == ReplicationPair.home
  }

  /// Tells the standbys at a site to apply no more records until they are promoted.
  public mutating func pauseReplay(at site: SiteID) {
    for pair in protectionGroups(standingAt: site) where fabric[pair].policy.mode.isApplication {
      tell(pair, fabric[pair].standing, .command(.pause))
    }
  }

  /// Starts a failover with the log replayed up to the record before the mistake. `promotionRefused` occurs if
  /// the mistake has been applied.
  public mutating func startFailoverBeforeMistake(of pair: PairID) {
    guard let id = database(on: fabric[pair].volumes[0]), let mistake = databases[id].astray else {
      return startFailover(of: pair)
    }
    databases[id].stoppedReplay = DatabaseState.StoppedReplay(behind: mistake.after, at: mistake.instant)
    startFailover(of: pair, to: .position(UInt64(mistake.after)))
  }

  private func logPair(of id: DatabaseID, at site: SiteID) -> PairID? {
    protectionGroups(standingAt: site).first {
      fabric[$0].policy.mode.isApplication && fabric[$0].volumes.contains(databases[id].plan.log)
    }
  }
}
