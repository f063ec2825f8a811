import Glibc
import Statistics
import Units

/// A logarithmic axis of times, with separate places for zero and for unrecoverable values.
struct TimeAxis {
  /// The ends of the axis in the figure.
  let start: Double
  let end: Double
  private let shortest: Double
  private let longest: Double

  private static let marks: [(name: String, seconds: Double)] = [
    ("1 s", 1), ("10 s", 10), ("1 min", 60), ("10 min", 600), ("1 h", 3_600), ("6 h", 21_600),
    ("1 d", 86_400), ("1 w", 604_800), ("30 d", 2_592_000),
  ]

  /// Creates an axis with room for these times.
  init(_ values: [Achieved], from start: Double, to end: Double) {
    self.start = start
    self.end = end
    let seconds = values.compactMap { $0.duration?.seconds }.filter { $0 > 0 }
    let least = Swift.max(1, seconds.min() ?? 60)
    let most = Swift.max(least * 10, seconds.max() ?? 3_600)
    shortest = Self.marks.last { $0.seconds <= least }?.seconds ?? 1
    longest = Self.marks.first { $0.seconds >= most }?.seconds ?? 2_592_000
  }

  /// The distance of the logarithmic part from the ends.
  private var room: Double { (end - start) * 0.11 }

  func place(of value: Achieved) -> Double {
    guard let duration = value.duration else { return end }
    guard duration > .zero else { return start }
    let share =
      log(Swift.min(longest, Swift.max(shortest, duration.seconds)) / shortest) / log(longest / shortest)
    return start + room + share * (end - start - 2 * room)
  }

  /// The ticks with their names and places.
  var ticks: [(name: String, place: Double)] {
    let marks = Self.marks.filter { (shortest...longest).contains($0.seconds) }
    let all = marks.map { mark in
      (mark.name, place(of: Duration(seconds: mark.seconds).map { .duration($0) } ?? .unrecoverable))
    }
    return [("none", start)] + all + [("never back", end)]
  }
}
