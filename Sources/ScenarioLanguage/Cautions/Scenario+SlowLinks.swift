import Documents
import Estate
import Units

extension Scenario {
  /// The cautions on links that a copy cannot be sent over: for good, or before the first disaster strikes.
  var slowLinks: [Caution] {
    strategies.flatMap { strategy -> [Caution] in
      guard let recovery = strategy.disasterRecovery else { return [] }
      return recovery.groups.compactMap { group in
        guard let link = recovery.link(to: group, in: blueprint) else { return nil }
        return caution(on: blueprint.links[link], of: strategy.name, sending: group)
      }
    }
  }

  private func caution(
    on link: Link, of strategy: String, sending group: ReplicationPolicy
  ) -> Caution? {
    let volumes = group.volumes(of: blueprint).map { blueprint.volumes[$0] }
    let framing = Double(group.mode.framing([]).perPage) / Double(Framing.pageSize)
    let written = volumes.reduce(0) { $0 + $1.workload.churn.leastMeanRate } * (1 + framing)
    // Between two snapshots a page that is written again is sent once.
    let sent = group.mode.sendsEveryWrite ? written : 0
    let rate = link.rate.bytesPerSecond
    guard sent < rate else {
      return Caution(
        message:
          "'\(strategy)' sends \(Self.rate(sent)) on average over '\(link.name)', which carries \(link.rate): its copy can never catch up",
        hint: "write 'links.\(link.name).rate' above that; 'firedrill size' finds the least")
    }
    let used = volumes.reduce(0.0) { $0 + Double($1.used.of($1.size).bytes) }
    guard let time = Duration(seconds: used / (rate - sent)), time > warmUp else { return nil }
    let whole = Duration.minutes(time.nanoseconds / Duration.minutes(1).nanoseconds)
    return Caution(
      message:
        "the first copy of '\(strategy)' over '\(link.name)' takes about \(whole), longer than the warm-up of \(warmUp): disasters before its end find no copy",
      hint: "write a longer 'warmUp' if the system runs already, or a larger 'links.\(link.name).rate'")
  }

  /// A rate in whole kB/s, rounded up.
  private static func rate(_ bytesPerSecond: Double) -> ByteRate {
    ByteRate(millibytesPerSecond: Int64((bytesPerSecond / 1_000).rounded(.up)) * 1_000_000)
  }
}

extension ReplicationPolicy.Mode {
  fileprivate var sendsEveryWrite: Bool {
    if case .storage(.interval) = self { false } else { true }
  }
}

extension WorkloadProfile.Churn {
  /// The mean rate in bytes per second at full size. A database counts as zero: only its maximum is known.
  fileprivate var leastMeanRate: Double {
    switch self {
    case .synthetic(let churn): churn.rate.bytesPerSecond
    case .transactions: 0
    case .measured(let windows):
      Double(windows.reduce(0) { $0 + $1.written.bytes }) / max(1, windows.last?.end.seconds ?? 1)
    }
  }
}
