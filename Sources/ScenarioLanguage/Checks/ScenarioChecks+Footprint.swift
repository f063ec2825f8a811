import Estate
import Units

extension ScenarioChecks {
  /// The limit on real bytes at the scale of the run, for an ordinary machine's memory.
  private static let bytesMaximum = ByteCount.gibibytes(4)
  /// The limit on writes, each of which is drawn before the run.
  private static let writesMaximum = 50_000_000.0

  /// Rejects a run that is too large for an ordinary machine.
  mutating func checkFootprint() {
    let page = ByteCount.kibibytes(4)
    let sizes = scenario.blueprint.volumes.map { scenario.scale.applied(to: $0.size, granule: page) }
    let total = sizes.reduce(0.0) { $0 + Double($1.bytes) }
    let writes = scenario.blueprint.volumes.reduce(0.0) { $0 + expectedWrites(to: $1) }
    let excess = max(total / Double(Self.bytesMaximum.bytes), writes / Self.writesMaximum)
    guard excess > 1 else { return }
    let problem =
      total > Double(Self.bytesMaximum.bytes)
      ? "the volumes hold \(ByteCount(Int64(total / 0x1p30) << 30)) at this scale, and at most \(Self.bytesMaximum) fit"
      : "\(Int64(writes)) writes fall into the run at this scale, and at most \(Int64(Self.writesMaximum)) fit"
    report(["scale"], problem, hint: "write 'scale: 1/\(sufficientDenominator(excess))' or smaller")
  }

  /// Returns the next power of two that makes the run small enough, with some room for rounding.
  private func sufficientDenominator(_ excess: Double) -> Int64 {
    var denominator: Int64 = 1
    while Double(denominator) < Double(scenario.scale.denominator) * excess * 1.01, denominator < 1 << 29 {
      denominator *= 2
    }
    return denominator
  }

  private func expectedWrites(to volume: VolumePlan) -> Double {
    let run = (scenario.warmUp + scenario.window).seconds
    let rate: Double
    switch volume.workload.churn {
    case .synthetic(let churn): rate = churn.rate.bytesPerSecond
    case .measured(let windows):
      let written = windows.reduce(0.0) { $0 + Double($1.written.bytes) }
      rate = written / (windows.last?.end.seconds ?? 1)
    case .transactions(let churn):
      rate = churn.perSecond.value * Double(churn.bytesPerTransactionMaximum.bytes)
    }
    return rate * run / Double(scenario.scale.denominator) / Double(volume.workload.writeSize.bytes)
  }
}
