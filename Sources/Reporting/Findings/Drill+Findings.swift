import Estate
import Planning
import Units

extension Drill {
  var reason: String? {
    if case .unrecoverable(let reason) = outcome { reason } else { nil }
  }

  var recovered: Recovered? {
    if case .recovered(let recovered) = outcome { recovered } else { nil }
  }

  /// The restored service whose recovery point is the oldest: it decides what the whole system lost.
  var oldestRestored: RestoredService? { restored.min { $0.point < $1.point } }

  /// How many points were restored and scanned, for the service that needed the most.
  var candidatesTried: Int { restored.map(\.candidatesTried).max() ?? 0 }
}

extension Drill.Recovered {
  /// `3 writes (1 transaction)`, as the end of a sentence.
  var lossWording: String {
    lostWrites.of("write") + (lostTransactions > 0 ? " (\(lostTransactions.of("transaction")))" : "")
  }
}

extension DisasterReport {
  /// The recovered drill that lost the most time; of several the first.
  var worstLoss: Drill? { worst { $0.rpo } }

  /// The recovered drill that took the longest; of several the first.
  var longestOutage: Drill? { worst { $0.rto } }

  /// The first drill whose recovery took the median time; `nil` when that is unrecoverable.
  var medianOutage: Drill? {
    guard let median = rto?.p50.value.duration else { return nil }
    return drills.first { $0.recovered?.rto == median }
  }

  /// How many drills brought nothing usable back.
  var unrecoverableCount: Int { drills.count { $0.reason != nil } }

  /// Why drills ended without a recovery, and how many; the most frequent first.
  var unrecoverableReasons: [(reason: String, count: Int)] {
    var reasons: [(reason: String, count: Int)] = []
    for reason in drills.compactMap(\.reason) {
      if let place = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[place].count += 1
      } else {
        reasons.append((reason, 1))
      }
    }
    return reasons.enumerated().sorted { a, b in
      (-a.element.count, a.offset) < (-b.element.count, b.offset)
    }.map(\.element)
  }

  /// From what the oldest data came back in the drills that recovered, `nil` where none had to be restored, and in how many.
  var sources: [(source: RecoverySource?, count: Int)] {
    var sources: [(source: RecoverySource?, count: Int)] = []
    for drill in drills where drill.recovered != nil {
      let source = drill.oldestRestored?.source
      if let place = sources.firstIndex(where: { $0.source == source }) {
        sources[place].count += 1
      } else {
        sources.append((source, 1))
      }
    }
    return sources
  }

  var mostLostWrites: Int? { drills.compactMap { $0.recovered?.lostWrites }.max() }
  var mostLostTransactions: Int? { drills.compactMap { $0.recovered?.lostTransactions }.max() }
  var mostLostBytes: ByteCount? { drills.compactMap { $0.recovered?.lostBytes }.max() }

  /// The phases that any drill waited for, in their order.
  var phases: [Phase] {
    Phase.allCases.filter { phase in drills.contains { $0.criticalPhases.contains { $0.phase == phase } } }
  }

  private func worst(_ measure: (Drill.Recovered) -> Duration) -> Drill? {
    var worst: (drill: Drill, measure: Duration)?
    for drill in drills {
      guard let recovered = drill.recovered, worst.map({ $0.measure < measure(recovered) }) ?? true else {
        continue
      }
      worst = (drill, measure(recovered))
    }
    return worst?.drill
  }
}

extension ProtectionReport {
  /// `8 x vault local is full; 1 x a volume is lost`; empty when nothing failed.
  var failuresWording: String {
    failures.map { "\($0.count.grouped) x \($0.reason)" }.joined(separator: "; ")
  }

  /// The failed and skipped backups in a sentence; `nil` without any.
  var troubleWording: String? {
    let failed =
      backupsFailed == 0
      ? nil
      : "\(backupsFailed.of("backup")) failed\(failures.isEmpty ? "" : " (\(failuresWording))"), \(backupsTaken.grouped) succeeded"
    let skipped =
      slotsSwallowed == 0
      ? nil : "\(slotsSwallowed.of("backup")) skipped (the one before was still running)"
    let parts = [failed, skipped].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

extension StrategyReport {
  /// The worst verdict against any disaster.
  var verdict: Verdict { disasters.map(\.verdict).max() ?? .notAssessed }
}

extension Report {
  /// The disasters that were rehearsed, in the scenario's order.
  var disasters: [Disaster] {
    scenario.disasters.filter { disaster in
      strategies.contains { $0.disasters.contains { $0.disaster.name == disaster.name } }
    }
  }

  var drillCount: Int { strategies.flatMap(\.disasters).reduce(0) { $0 + $1.drills.count } }

  /// The worst verdict of all strategies against all disasters: `met` only when every objective was met in every drill.
  public var verdict: Verdict { strategies.map(\.verdict).max() ?? .notAssessed }
}
