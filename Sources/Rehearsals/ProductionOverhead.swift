import Estate
import ScenarioLanguage
import Units

/// The overhead of a strategy on production: the same writes and transactions, with the strategy and without
/// protection.
///
/// The workload is drawn once for all strategies (common random numbers). The difference of two
/// acknowledgements of one write is thus due to the strategy alone.
public struct ProductionOverhead: Codable, Hashable, Sendable {
  /// The times from the issue of writes to their acknowledgement.
  public struct Waits: Codable, Hashable, Sendable {
    public var mean: Duration
    public var p95: Duration
    public var maximum: Duration

    package init(mean: Duration, p95: Duration, maximum: Duration) {
      self.mean = mean
      self.p95 = p95
      self.maximum = maximum
    }

    /// Summarises at least one time. The 95th percentile is the least value that 95 % of the times do not
    /// exceed.
    init(of times: [Duration]) {
      let sorted = times.sorted()
      let sum = times.reduce(Int128(0)) { $0 + Int128($1.nanoseconds) }
      mean = Duration(nanoseconds: Int64(sum / Int128(times.count)))
      p95 = sorted[(sorted.count * 95 + 99) / 100 - 1]
      maximum = sorted[sorted.count - 1]
    }
  }

  /// The number of finely cut writes that were acknowledged in both runs.
  public var writes: Int
  /// The times without protection.
  public var bare: Waits
  /// The times under the strategy.
  public var protected: Waits
  /// The differences, write by write.
  public var added: Waits
  /// The lost throughput: writes acknowledged in the window without protection and not under the strategy, at
  /// full size.
  public var writesLost: Int
  /// The time in which one write of the run reaches the other sites. A write represents many and moves whole,
  /// so added waits are no finer than this.
  public var grain = Duration.zero

  package init(writes: Int, bare: Waits, protected: Waits, added: Waits, writesLost: Int) {
    self.writes = writes
    self.bare = bare
    self.protected = protected
    self.added = added
    self.writesLost = writesLost
  }

  /// Compares the writes issued in a window; `nil` where there were none.
  init?(
    of ledger: Ledger, against bare: Ledger, schedules: [WorkloadSchedule], databases: [DatabaseSchedule],
    in window: Range<Instant>
  ) {
    var waits: (bare: [Duration], protected: [Duration], added: [Duration]) = ([], [], [])
    writesLost = 0
    for (index, schedule) in schedules.enumerated() {
      let volume = VolumeID(index)
      let (with, without) = (
        ledger.writes(of: volume, acknowledgedBefore: window.upperBound),
        bare.writes(of: volume, acknowledgedBefore: window.upperBound)
      )
      if with < without {
        let lost = schedule.nominalSize(ofWrites: (with + 1)..<(without + 1))
        writesLost += Int(lost.bytes / schedule.bytesPerWrite.bytes)
      }
      let first = schedule.writeCount(through: window.lowerBound) + 1
      for number in schedule.finest(among: first..<max(first, min(with, without) + 1)) {
        let issued = schedule.issueInstant(ofWrite: number)
        waits.bare.append(bare.acknowledgement(ofWrite: number, of: volume) - issued)
        waits.protected.append(ledger.acknowledgement(ofWrite: number, of: volume) - issued)
        waits.added.append(waits.protected[waits.protected.count - 1] - waits.bare[waits.bare.count - 1])
      }
    }
    for (index, schedule) in databases.enumerated() {
      let id = DatabaseID(index)
      let (with, without) = (
        ledger.transactions(of: id, acknowledgedBefore: window.upperBound),
        bare.transactions(of: id, acknowledgedBefore: window.upperBound)
      )
      writesLost += max(0, without - with)
      let first = schedule.transactionCount(through: window.lowerBound) + 1
      for number in stride(from: first, through: min(with, without), by: 1) {
        let asked = schedule.askedInstant(ofTransaction: number)
        waits.bare.append(bare.acknowledgement(ofTransaction: number, of: id) - asked)
        waits.protected.append(ledger.acknowledgement(ofTransaction: number, of: id) - asked)
        waits.added.append(waits.protected[waits.protected.count - 1] - waits.bare[waits.bare.count - 1])
      }
    }
    guard !waits.added.isEmpty else { return nil }
    writes = waits.added.count
    self.bare = Waits(of: waits.bare)
    protected = Waits(of: waits.protected)
    added = Waits(of: waits.added)
  }
}

extension ProductionOverhead {
  /// Returns the time in which the largest write passes the link and device of a strategy's slowest group.
  static func grain(of strategy: Strategy, in scenario: Scenario, schedules: [WorkloadSchedule]) -> Duration {
    let blueprint = scenario.blueprint
    let largest =
      schedules.map { schedule in
        schedule.finest(among: 1..<(schedule.writeCount + 1)).map(schedule.nominalSize(ofWrite:)).max()
          ?? .zero
      }.max() ?? .zero
    // No write waits for a cascaded copy.
    let times = (strategy.disasterRecovery?.groups ?? []).filter { $0.feeder == nil }.map { group in
      let home = blueprint.devices[blueprint.volumes[0].device].site
      let link = blueprint.link(between: home, and: group.site).map {
        blueprint.links[$0].rate.time(for: largest)
      }
      return (link ?? .zero) + blueprint.devices[group.device].rate.time(for: largest)
    }
    return times.max() ?? .zero
  }
}

extension WorkloadSchedule {
  /// Returns the writes that follow the previous one within two seconds; all writes where none does.
  fileprivate func finest(among numbers: Range<Int>) -> [Int] {
    let finest = numbers.filter { issueInstant(ofWrite: $0) - representsSince(ofWrite: $0) <= .seconds(2) }
    return finest.isEmpty ? Array(numbers) : finest
  }
}
