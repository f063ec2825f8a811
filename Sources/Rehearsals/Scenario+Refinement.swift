import Estate
import RecoveryPlanning
import ScenarioLanguage
import Schedules
import Units

extension Scenario {
  /// Returns the refinement of a run. Writes are cut at every recovery point and around every strike, equally
  /// for all strategies.
  ///
  /// - Parameter strikes: by disaster, all instants at which it can strike.
  func refinement(strikes: [[Instant]]) -> Refinement {
    Refinement(
      points: recoveryPoints + [windowStart, windowEnd],
      stretches: zip(disasters, strikes).flatMap { stretches(of: $0, at: $1) }.united,
      grain: resolution, partMaximum: partMaximum)
  }

  // MARK: Recovery points

  /// The recovery points of all strategies until the last strike.
  private var recoveryPoints: [Instant] {
    var points: [Instant] = []
    for strategy in strategies {
      let rules = [strategy.snapshots?.schedule].compactMap { $0 } + strategy.backups.map(\.schedule)
      for rule in rules { points += slots(of: rule) }
      for group in strategy.disasterRecovery?.groups ?? [] {
        guard case .storage(.interval(let interval)) = group.mode else { continue }
        points += stride(from: start.nanoseconds, to: lastStrike.nanoseconds, by: Int(interval.nanoseconds))
          .map { Instant(nanoseconds: $0) }
      }
    }
    return points
  }

  func slots(of rule: Timetable) -> [Instant] {
    let schedule = BackupSchedule(rule, from: start)
    var slots: [Instant] = []
    var next = schedule.slot(notBefore: start)
    while let slot = next, slot < lastStrike {
      slots.append(slot)
      next = schedule.slot(after: slot)
    }
    return slots
  }

  private var lastStrike: Instant { windowEnd + (disasters.map(\.dwell).max() ?? .zero) }

  // MARK: Strikes

  /// Returns the periods in which recent writes may be missing at the other site. If production continues,
  /// they extend until the peer is given up.
  private func stretches(of disaster: Disaster, at strikes: [Instant]) -> [Range<Instant>] {
    strikes.flatMap { strike -> [Range<Instant>] in
      var stretches = [(strike - leadTime)..<(strike + followTime(of: disaster))]
      if let second = disaster.followedBy {
        let draws = RecoveryDraws(seed: seed, disaster: disaster.name, strike: strike)
        let after = draws.draw(second.after, "second disaster")
        stretches.append((strike + after - leadTime)..<(strike + after + resolution * 2))
      }
      if disaster.cause == .linkFault, let lasting = disaster.lasting {
        stretches.append((strike + lasting - resolution)..<(strike + lasting + resolution * 2))
      }
      return stretches
    }
  }

  private var groups: [ReplicationPolicy] { strategies.flatMap { $0.disasterRecovery?.groups ?? [] } }

  /// The time of two checkpoints, plus the time in which writes reach the other site.
  private var leadTime: Duration {
    let checkpoints = groups.map { group in
      if case .hostIO(.asynchronous(let interval?)) = group.mode { interval } else { Duration.zero }
    }
    return (checkpoints.max() ?? .zero) * 2 + .seconds(5)
  }

  private func followTime(of disaster: Disaster) -> Duration {
    guard [.linkFault, .failSlow, .drSiteFault].contains(disaster.cause) else { return resolution * 2 }
    return (groups.map(\.tolerance).max() ?? .zero) + .seconds(5)
  }

  /// The largest part of a write; `nil` where nothing is replicated. The slowest path moves a part within two
  /// seconds, and a part is at most an eighth of the buffer. Smaller parts neither delay later ones nor
  /// overflow the buffer alone.
  private var partMaximum: ByteCount? {
    let rates = groups.flatMap { group -> [ByteRate] in
      let links = blueprint.links.filter { $0.ends.contains(group.site) }.map(\.rate)
      return links + [blueprint.devices[group.device].rate]
    }
    let rooms = groups.flatMap { group -> [ByteCount] in
      if case .hostIO = group.mode {
        [group.bufferMaximum, group.journalMaximum]
      } else {
        [group.bufferMaximum]
      }
    }
    return (rates.map { $0.bytes(in: .seconds(2)) } + rooms.map { ByteCount($0.bytes / 8) }).min()
  }
}

extension [Range<Instant>] {
  /// Returns the periods in ascending order, with the longest of those with one beginning.
  fileprivate var united: [Range<Instant>] {
    var united: [Range<Instant>] = []
    for stretch in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = united.last, last.lowerBound == stretch.lowerBound {
        united[united.count - 1] = last.lowerBound..<Swift.max(last.upperBound, stretch.upperBound)
      } else {
        united.append(stretch)
      }
    }
    return united
  }
}
