import Estate
import Units

extension Scenario {
  /// Volumes of this size together are rehearsed in seconds on an ordinary machine.
  private static let fastSize = ByteCount.mebibytes(8)
  /// Each volume keeps at least as many pages, so that its writes can differ.
  private static let pagesMinimum: Int64 = 64

  /// The scale of a scenario that states none: the largest 1/2^n at which all volumes together have at most 8 MiB, unless
  /// a volume would then have less than 256 KiB.
  var sufficientScale: Scale {
    let sizes = blueprint.volumes.map(\.size.bytes)
    let total = sizes.reduce(0, +)
    let smallest = sizes.min() ?? total
    var denominator: Int64 = 1
    while total / denominator > Self.fastSize.bytes, denominator < 1 << 20,
      smallest / (denominator * 2) >= Self.pagesMinimum * 4_096
    {
      denominator *= 2
    }
    return Scale(denominator: denominator)
  }
}
