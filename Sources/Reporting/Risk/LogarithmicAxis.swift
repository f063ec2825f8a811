import Glibc

/// A logarithmic axis of positive values with round ticks.
struct LogarithmicAxis {
  private let least: Double
  private let most: Double
  private let start: Double
  private let end: Double

  /// An axis over whole decades.
  init(_ values: [Double], from start: Double, to end: Double) {
    let positive = values.filter { $0 > 0 }
    least = pow(10, floor(log10(positive.min() ?? 1)))
    most = max(least * 10, pow(10, ceil(log10(positive.max() ?? 10))))
    self.start = start
    self.end = end
  }

  func place(of value: Double) -> Double {
    let share = log(min(most, max(least, value)) / least) / log(most / least)
    return start + share * (end - start)
  }

  /// The decades, or every second or third one where there are many.
  var decades: [Double] {
    let count = Int(log10(most / least).rounded())
    let step = max(1, (count + 7) / 8)
    return stride(from: 0, through: count, by: step).map { least * pow(10, Double($0)) }
  }
}
