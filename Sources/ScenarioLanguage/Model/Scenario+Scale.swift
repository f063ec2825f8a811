import Estate
import Units

extension Scenario {
  /// The total volume size that an ordinary machine rehearses in seconds.
  private static let fastSize = ByteCount.mebibytes(8)
  /// The number of writes that an ordinary machine rehearses in seconds.
  private static let fastWrites = 20_000.0
  /// The least number of pages of each volume, so that its writes can differ.
  private static let pagesMinimum: Int64 = 64

  /// The default scale: the largest 1/2^n with at most 8 MiB of volumes and 20,000 writes. No volume gets
  /// less than 256 KiB.
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

  /// Returns the expected number of writes of the run at full size.
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
