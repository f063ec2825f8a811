import Glibc
import Units

/// A request of a block trace.
struct TraceRequest {
  let device: String
  /// The seconds from an arbitrary start.
  let seconds: Double
  let isWrite: Bool
  let offset: Int64
  let length: Int64
}

/// Converts the requests of a trace into a load for each device, with the locality of its writes.
struct TraceLoad {
  private struct Series {
    let device: String
    let origin: Origin
    var times: [Double] = []
    var lengths: [Int64] = []
    /// The offsets of writes; -1 for reads.
    var offsets: [Int64] = []
  }

  private static let pageSize: Int64 = 4_096
  private var series: [Series] = []

  mutating func add(_ request: TraceRequest, _ origin: @autoclosure () -> Origin) {
    let index =
      series.firstIndex { $0.device == request.device }
      ?? {
        series.append(Series(device: request.device, origin: origin()))
        return series.count - 1
      }()
    series[index].times.append(request.seconds)
    series[index].lengths.append(request.length)
    series[index].offsets.append(request.isWrite ? request.offset : -1)
  }

  func findings() -> Findings {
    var findings = Findings()
    let start = series.flatMap { $0.times.prefix(1) }.min() ?? 0
    for series in series {
      findings.loads.append(load(of: series, from: min(start, series.times.min() ?? start)))
    }
    return findings
  }

  private func load(of series: Series, from start: Double) -> Load {
    let length = (series.times.max() ?? start) - start
    let step = Self.windowLength(length)
    var read = [Int64](repeating: 0, count: Int(length / step) + 1)
    var written = read
    for (index, time) in series.times.enumerated() {
      let window = min(read.count - 1, max(0, Int((time - start) / step)))
      if series.offsets[index] >= 0 {
        written[window] += series.lengths[index]
      } else {
        read[window] += series.lengths[index]
      }
    }
    let windows = read.indices.map { index in
      Load.Window(
        end: Duration(seconds: Double(index + 1) * step) ?? .zero, read: ByteCount(read[index]),
        written: ByteCount(written[index]))
    }
    var load = Load(device: series.device, windows: windows, origin: series.origin)
    describe(series, in: &load)
    return load
  }

  /// Returns a length in whole seconds with at most 4,000 windows.
  private static func windowLength(_ length: Double) -> Double {
    [1, 10, 60, 600, 3_600].first { length / $0 <= 4_000 } ?? 86_400
  }

  private func describe(_ series: Series, in load: inout Load) {
    let writes = series.offsets.indices.filter { series.offsets[$0] >= 0 }
    guard writes.count >= 2 else { return }
    var sequential = 0
    var pages: [Int64] = []
    for (place, index) in writes.enumerated() {
      if place > 0 {
        let before = writes[place - 1]
        if series.offsets[before] + series.lengths[before] == series.offsets[index] {
          sequential += 1
          continue
        }
      }
      pages.append(series.offsets[index] / Self.pageSize)
    }
    load.sequentialShare = Ratio(billionths: Int64(sequential) * 1_000_000_000 / Int64(writes.count - 1))
    load.skew = Skew.exponent(of: pages)
    let lengths = writes.map { series.lengths[$0] }.sorted()
    let median = lengths[lengths.count / 2]
    load.writeSize = ByteCount(max(1, (median + Self.pageSize - 1) / Self.pageSize) * Self.pageSize)
  }
}

/// The skew of accesses over pages.
enum Skew {
  /// Returns Zipf's exponent to a tenth. The busiest tenth of the touched pages then has its observed share
  /// of accesses.
  static func exponent(of pages: [Int64]) -> Ratio {
    let sorted = pages.sorted()
    var counts: [Int] = []
    for (index, page) in sorted.enumerated() {
      if index > 0, page == sorted[index - 1] { counts[counts.count - 1] += 1 } else { counts.append(1) }
    }
    guard counts.count >= 10 else { return .zero }
    counts.sort(by: >)
    let hot = counts.prefix(counts.count / 10).reduce(0, +)
    let share = Double(hot) / Double(pages.count)
    var best = (tenths: 0, distance: Double.infinity)
    for tenths in 0...40 {
      let distance = abs(zipfShare(of: counts.count / 10, among: counts.count, Double(tenths) / 10) - share)
      if distance < best.distance { best = (tenths, distance) }
    }
    return Ratio(billionths: Int64(best.tenths) * 100_000_000)
  }

  /// Returns the share of the first `count` ranks among all, by the integral of rank^-s.
  private static func zipfShare(of count: Int, among all: Int, _ exponent: Double) -> Double {
    func sum(_ n: Int) -> Double {
      let end = Double(n) + 0.5
      return exponent == 1
        ? log(end / 0.5) : (pow(end, 1 - exponent) - pow(0.5, 1 - exponent)) / (1 - exponent)
    }
    return sum(count) / sum(all)
  }
}
