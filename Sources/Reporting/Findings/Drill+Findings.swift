import Assessment
import Estate
import Rehearsals
import ScenarioLanguage
import Units

extension Drill {
  var reason: String? {
    if case .unrecoverable(let reason) = outcome { reason } else { nil }
  }

  var recovered: Recovered? {
    if case .recovered(let recovered) = outcome { recovered } else { nil }
  }

  /// The restored service with the oldest recovery point, which decides the whole system's loss.
  var oldestRestored: RestoredService? { restored.min { $0.reached < $1.reached } }

  /// The largest number of points restored and scanned for one service.
  var candidatesTried: Int { restored.map(\.candidatesTried).max() ?? 0 }
}

extension RestoredService {
  /// The instant of the state that was reached, with the log replayed.
  var reached: Instant { replayedTo ?? point }
}

extension Drill.Recovered {
  /// The loss as the end of a sentence, as in `3 writes (1 transaction)`.
  var lossWording: String {
    lostWrites.of("write") + (lostTransactions > 0 ? " (\(lostTransactions.of("transaction")))" : "")
  }
}

extension DisasterReport {
  /// The recovered drill with the greatest loss; the first of equals.
  var worstLoss: Drill? { worst { $0.rpo } }

  /// The recovered drill with the longest outage; the first of equals.
  var longestOutage: Drill? { worst { $0.rto } }

  /// The first drill with the median recovery time; `nil` when that is unrecoverable.
  var medianOutage: Drill? {
    guard let median = rto?.p50.value.duration else { return nil }
    return drills.first { $0.recovered?.rto == median }
  }

  /// The number of drills that recovered nothing usable.
  var unrecoverableCount: Int { drills.count { $0.reason != nil } }

  /// The reasons of drills without a recovery and their numbers, most frequent first.
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

  /// The sources of the oldest restored data and their numbers, over the drills that recovered. The source is
  /// `nil` where nothing was restored.
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

  /// The phases on any drill's critical path, in their order.
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
  /// The failures in words, as in `8 x vault local is full; 1 x volume lost`; empty without any.
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
