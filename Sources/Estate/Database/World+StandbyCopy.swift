import Database
import Replication
import Simulation
import Storage
import Units

/// Rebuilding of a standby from a copy of the served volumes, when the log alone does not suffice.
extension World {
  /// Whether the idle side's history diverges from the serving side's. The cause is lost data, or commits
  /// that never reached the other side.
  func needsCopy(_ pair: PairID) -> Bool {
    guard fabric[pair].policy.mode.isApplication, let source = fabric[pair][fabric[pair].serving].engine
    else { return false }
    let node = fabric[pair][fabric[pair].standing]
    return node.isBlank || node.stored.log.last != source.durableState.log.fork
  }

  /// Starts copying the served volumes to the other side. New records wait in the log meanwhile.
  mutating func startCopy(of pair: PairID) {
    let (from, to) = (fabric[pair].serving, fabric[pair].standing)
    crash(pair, to)
    guard let source = fabric[pair][from].engine else { return }
    var legs: [Operation.Leg] = []
    for (place, image) in images(of: pair, at: from).enumerated() {
      let amount = scale.unscaled(ByteCount(image.usedPageCount * PagedImage.pageSize))
      legs.append(Operation.Leg(resource: resource(fabric[pair][from].devices[place]), amount: amount))
      legs.append(Operation.Leg(resource: resource(fabric[pair].link), amount: amount))
      legs.append(Operation.Leg(resource: resource(fabric[pair][to].devices[place]), amount: amount))
    }
    start(
      .standbyCopy(pair, through: source.durableState.log.last), through: legs,
      latency: blueprint.links[fabric[pair].link].latency)
  }

  /// Completes a copy: the standby continues with the log that follows. A failed copy is retried after the
  /// time in which a silent peer is noticed.
  mutating func finishCopy(of pair: PairID, through position: UInt64, failed: Bool) {
    let (from, to) = (fabric[pair].serving, fabric[pair].standing)
    guard !fabric[pair].isDisabled, let source = fabric[pair][from].engine else { return }
    if failed {
      events.schedule(.standbyCopy(pair), at: now + fabric[pair].policy.tolerance)
      return
    }
    var state = fabric[pair].blankState(of: to, activityLog)
    state.generations = source.durableState.generations
    state.log = LogState(continuingAfter: position)
    // A standby that power brought back meanwhile is replaced.
    if fabric[pair][to].engine != nil { crash(pair, to) }
    fabric[pair].fillCopy(with: images(of: pair, at: from), from: state)
    beginTarget(pair, to)
    tell(pair, from, .command(.resume))
  }

  /// Whether both sides of a drained pair hold the same accounts and transfers. Their bytes differ, because
  /// each side's SQLite wrote its own.
  func holdSameTransactions(_ pair: PairID) -> Bool {
    guard let id = database(on: fabric[pair].volumes[0]) else { return false }
    let history = databases[id].course.history
    let verdicts = [0, 1].map { node in
      let images = images(of: pair, at: node)
      return DatabaseImage(data: images[0], log: images[1]).verdict(against: history, depth: .thorough)
    }
    return verdicts.allSatisfy(\.isUsable) && verdicts[0].lastTransaction == verdicts[1].lastTransaction
  }
}
