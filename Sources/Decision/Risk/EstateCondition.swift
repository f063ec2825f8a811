import Units

/// The condition of one strategy's estate during a simulated lifetime: missing copies and a running recovery.
package struct EstateCondition: Sendable {
  /// The last or current recovery.
  package struct Course: Sendable {
    package var hazard: Int
    package var start: Int64
    package var end: Int64
    package var dataLoss: Int64
  }

  /// The instant from which each copy is whole, in milliseconds.
  private var wholeFrom: [Int64]
  private var course: Course?

  package init(copies: Int) { wholeFrom = Array(repeating: 0, count: copies) }

  /// Returns a bit for each copy that is missing at an instant.
  package func missing(at time: Int64) -> UInt64 {
    var set: UInt64 = 0
    for copy in wholeFrom.indices where wholeFrom[copy] > time { set |= 1 << UInt64(copy) }
    return set
  }

  /// Whether an occurrence at this time would interrupt a recovery.
  package func isRecovering(at time: Int64) -> Bool { interrupted(at: time) != nil }

  /// Restarts with every copy whole.
  package mutating func reset() {
    for copy in wholeFrom.indices { wholeFrom[copy] = 0 }
    course = nil
  }

  private func interrupted(at time: Int64) -> Course? { course.flatMap { time < $0.end ? $0 : nil } }

  /// Applies a disaster and returns its additional loss; `nil` for a total loss.
  ///
  /// A disaster during a recovery is treated like a drill with both, if there is one. Otherwise the recovery
  /// restarts, and the data is lost when no copy is left.
  package mutating func meet(
    _ arrival: Arrival, under exposure: Exposure, from stream: inout RandomStream
  ) -> PricedRecovery? {
    let hazard = exposure.hazards[arrival.hazard]
    let interrupted = interrupted(at: arrival.time)
    if let interrupted, let pair = hazard.overlap(with: interrupted.hazard, chance: arrival.chance) {
      return pair.isLost ? nil : extend(interrupted, by: pair, arrival, hazard, from: &stream)
    }
    let missing = missing(at: arrival.time)
    if missing != 0, missing | hazard.destroyed == exposure.allCopies { return nil }
    guard let recovery = hazard.recoveries.drawn(by: arrival.chance) else {
      if !exposure.copies.isEmpty, hazard.destroyed == exposure.allCopies { return nil }
      destroy(hazard, at: arrival.time, systemBackAt: 0, from: &stream)
      return PricedRecovery()
    }
    return recovery.isLost ? nil : begin(recovery, after: interrupted, arrival, hazard, from: &stream)
  }

  /// Begins or restarts a recovery. Only the outage beyond the end of an interrupted one is added.
  private mutating func begin(
    _ recovery: PricedRecovery, after interrupted: Course?, _ arrival: Arrival, _ hazard: HazardExposure,
    from stream: inout RandomStream
  ) -> PricedRecovery {
    let end = max(arrival.time + recovery.outage, interrupted?.end ?? 0)
    destroy(hazard, at: arrival.time, systemBackAt: end, from: &stream)
    if recovery.outage > 0 {
      course = Course(
        hazard: arrival.hazard, start: interrupted?.start ?? arrival.time, end: end,
        dataLoss: max(recovery.dataLoss, interrupted?.dataLoss ?? 0))
    }
    guard let interrupted else { return recovery }
    return recovery.reduced(toOutage: end - interrupted.end, dataLoss: recovery.dataLoss)
  }

  /// Continues an interrupted recovery as in a drill with both disasters. Only that drill's additional loss
  /// is charged.
  private mutating func extend(
    _ first: Course, by pair: PricedRecovery, _ arrival: Arrival, _ hazard: HazardExposure,
    from stream: inout RandomStream
  ) -> PricedRecovery {
    let end = max(first.end, first.start + pair.outage)
    let dataLoss = max(first.dataLoss, pair.dataLoss)
    destroy(hazard, at: arrival.time, systemBackAt: end, from: &stream)
    course = Course(hazard: arrival.hazard, start: first.start, end: end, dataLoss: dataLoss)
    return pair.reduced(toOutage: end - first.end, dataLoss: dataLoss - first.dataLoss)
  }

  /// Destroys and consumes copies. Each is whole again after its repair, and not before the system is back.
  private mutating func destroy(
    _ hazard: HazardExposure, at time: Int64, systemBackAt back: Int64, from stream: inout RandomStream
  ) {
    let touched = hazard.destroyed | hazard.consumed
    guard touched != 0 else { return }
    for copy in wholeFrom.indices where touched & (1 << UInt64(copy)) != 0 {
      let repair = hazard.repairs[copy].draw(from: &stream).nanoseconds / 1_000_000
      wholeFrom[copy] = max(wholeFrom[copy], repair < .max - time ? time + repair : .max, back)
    }
  }
}

extension HazardExposure {
  /// Returns a recovery measured with this hazard during another one; `nil` where there is none.
  fileprivate func overlap(with first: Int, chance: Double) -> PricedRecovery? {
    overlaps.indices.contains(first) ? overlaps[first].drawn(by: chance) : nil
  }
}
