import Estate
import Units

extension Scenario {
  /// Volumes of this size together are rehearsed in seconds on an ordinary machine.
  private static let fastSize = ByteCount.mebibytes(8)
  /// So many writes are too.
  private static let fastWrites = 20_000.0
  /// Each volume keeps at least as many pages, so that its writes can differ.
  private static let pagesMinimum: Int64 = 64

  /// The scale of a scenario that states none: the largest 1/2^n at which all volumes together have at most 8 MiB and take at
  /// most 20,000 writes, unless a volume would then have less than 256 KiB.
  var sufficientScale: Scale {
    let sizes = blueprint.volumes.map(\.size.bytes)
    let total = sizes.reduce(0, +)
    let smallest = sizes.min() ?? total
    let writes = blueprint.volumes.reduce(0.0) { $0 + writeCount(of: $1) }
    var denominator: Int64 = 1
    while total / denominator > Self.fastSize.bytes || writes / Double(denominator) > Self.fastWrites,
      denominator < 1 << 20, smallest / (denominator * 2) >= Self.pagesMinimum * 4_096
    {
      denominator *= 2
    }
    return Scale(denominator: denominator)
  }

  /// The writes of the run at full size, as expected.
  private func writeCount(of volume: VolumePlan) -> Double {
    let rate: Double
    switch volume.workload.churn {
    case .synthetic(let churn): rate = churn.rate.bytesPerSecond
    case .measured(let windows):
      let written = windows.reduce(0.0) { $0 + Double($1.written.bytes) }
      rate = written / max(1, windows.last?.end.seconds ?? 1)
    case .transactions(let churn):
      rate = churn.perSecond.value * Double(churn.bytesPerTransactionMaximum.bytes)
    }
    return rate * (warmUp + window).seconds / Double(volume.workload.writeSize.bytes)
  }
}
