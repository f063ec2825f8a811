import Glibc
import Units

/// An axis of money, linear or logarithmic when the amounts differ much.
struct CostAxis {
  private let start: Double
  private let end: Double
  private let least: Double
  private let most: Double
  private let isLogarithmic: Bool

  /// The round amounts of a decade.
  private static let steps: [Double] = [1, 2, 5, 10]

  init(_ amounts: [Money], from start: Double, to end: Double) {
    self.start = start
    self.end = end
    let values = amounts.map { Double($0.minorUnits) / 100 }
    let largest = max(1, values.max() ?? 1)
    let smallest = max(1, values.min() ?? 1)
    isLogarithmic = largest / smallest > 20
    let decade = pow(10, floor(log10(largest)))
    most = Self.steps.map { $0 * decade }.first { $0 >= largest } ?? 10 * decade
    let lowest = pow(10, floor(log10(smallest)))
    least = isLogarithmic ? Self.steps.map { $0 * lowest }.last { $0 <= smallest } ?? lowest : 0
  }

  func place(of money: Money?) -> Double { place(of: Double(money?.minorUnits ?? 0) / 100) }

  private func place(of value: Double) -> Double {
    let share = isLogarithmic ? log(max(least, value) / least) / log(most / least) : value / most
    return start + share * (end - start)
  }

  var ticks: [(name: String, place: Double)] {
    var values: [Double] = []
    if isLogarithmic {
      var decade = pow(10, floor(log10(least)))
      while decade <= most {
        values += Self.steps.dropLast().map { $0 * decade }.filter { (least...most).contains($0) }
        decade *= 10
      }
    } else {
      values = (0...4).map { most / 4 * Double($0) }
    }
    return values.map { (Int64($0.rounded()).grouped, place(of: $0)) }
  }
}
