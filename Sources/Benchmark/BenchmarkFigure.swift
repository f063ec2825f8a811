import Foundation

/// One measured number with its optional target.
struct BenchmarkFigure {
  let name: String
  let result: String
  let target: String
  /// Whether the target is met; `nil` without one.
  let isMet: Bool?

  /// Creates a figure without a target, such as a part of a ratio or a reason.
  init(_ name: String, _ result: String) { (self.name, self.result, target, isMet) = (name, result, "", nil) }

  init(_ name: String, _ value: Double, _ unit: String, atLeast least: Double) {
    self.init(name, value, unit, target: ">= \(least.short) \(unit)", isMet: value >= least)
  }

  init(_ name: String, _ value: Double, _ unit: String, below limit: Double) {
    self.init(name, value, unit, target: "< \(limit.short) \(unit)", isMet: value < limit)
  }

  init(_ name: String, _ value: Double, _ unit: String, between least: Double, and most: Double) {
    self.init(
      name, value, unit, target: "\(least.short) to \(most.short) \(unit)",
      isMet: least <= value && value <= most)
  }

  init(_ name: String, _ value: Double, _ unit: String, atMost most: Double) {
    self.init(name, value, unit, target: "<= \(most.short) \(unit)", isMet: value <= most)
  }

  private init(_ name: String, _ value: Double, _ unit: String, target: String, isMet: Bool) {
    self.name = name
    result = "\(value.short) \(unit)"
    self.target = target
    self.isMet = isMet
  }

  /// The name, result, target and verdict in columns.
  var line: String {
    let verdict = isMet.map { $0 ? "met" : "MISSED" } ?? ""
    let columns = [name.padded(to: 56), result.padded(to: 24), target.padded(to: 14), verdict]
    return columns.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
  }
}

extension Double {
  /// The number with about three significant digits.
  var short: String { String(format: self < 10 ? "%.2f" : self < 100 ? "%.1f" : "%.0f", self) }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}

extension [Double] {
  /// The median, or the upper of two middle values; the list must not be empty.
  var median: Double { sorted()[count / 2] }
}

/// Returns the processor seconds of this program. They depend less on other programs than wall time does.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
