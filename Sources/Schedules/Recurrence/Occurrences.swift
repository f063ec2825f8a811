import Units

/// The candidates of one period, ascending. They are computed by index, so a year of seconds costs no more
/// than a day.
struct Candidates: Sendable {
  /// The starts of the admitted days, or of the period itself, ascending.
  private let starts: [Int]
  private let clock: Clock
  /// The indices selected by BYSETPOS, ascending; `nil` for all.
  private let selected: [Int]?

  static let none = Candidates()

  private init() {
    starts = []
    clock = Clock(of: RecurrenceRule(), from: 0)
    selected = []
  }

  init(starts: [Int], clock: Clock, positions: [Int]) {
    self.starts = starts
    self.clock = clock
    let total = starts.count * clock.count
    var indices: [Int] = []
    for position in positions {
      let index = position > 0 ? position - 1 : total + position
      if (0..<total).contains(index) && !indices.contains(index) { indices.append(index) }
    }
    selected = positions.isEmpty ? nil : indices.sorted()
  }

  var count: Int { selected?.count ?? starts.count * clock.count }

  subscript(position: Int) -> Int {
    let index = selected.map { $0[position] } ?? position
    return starts[index / clock.count] + clock[index % clock.count]
  }

  /// Returns the first position whose element is not before a second; `count` if there is none.
  func firstPosition(notBefore second: Int) -> Int {
    var bounds = 0..<count
    while !bounds.isEmpty {
      let middle = bounds.lowerBound + bounds.count / 2
      bounds = self[middle] < second ? middle + 1..<bounds.upperBound : bounds.lowerBound..<middle
    }
    return bounds.lowerBound
  }
}

/// The occurrences of a recurrence rule, ascending and computed on demand.
public struct Occurrences: Sequence, IteratorProtocol, Sendable {
  private let recurrence: Recurrence
  private var candidates = Candidates.none
  /// The index of the next element of `candidates`.
  private var position = 0
  /// The number of the first period not in `candidates`.
  private var period = 0
  /// The number of occurrences remaining by COUNT.
  private var remaining: Int

  init(of recurrence: Recurrence) {
    self.recurrence = recurrence
    remaining = if case .count(let count) = recurrence.rule.end { count } else { .max }
  }

  public mutating func next() -> Instant? {
    while remaining > 0 {
      if position < candidates.count {
        let second = candidates[position]
        guard second <= recurrence.last else { break }
        position += 1
        remaining -= 1
        return Instant(nanoseconds: Int64(second) * 1_000_000_000)
      }
      guard loadPeriod() else { break }
    }
    remaining = 0
    return nil
  }

  /// Skips the occurrences before an instant. Complexity: O(1) periods for a rule without COUNT, else all
  /// periods between.
  public mutating func skip(to instant: Instant) {
    let target = instant.secondRoundedUp
    if case .count = recurrence.rule.end {
    } else if recurrence.period(at: target) >= period {
      period = recurrence.period(at: target)
      candidates = .none
      position = 0
    }
    repeat {
      let reached = Swift.max(position, candidates.firstPosition(notBefore: target))
      remaining -= reached - position
      position = reached
    } while remaining > 0 && position == candidates.count && loadPeriod()
  }

  /// Loads the next period that no limit excludes, which may still be empty.
  private mutating func loadPeriod() -> Bool {
    guard let admitted = recurrence.admittedPeriod(from: period) else { return false }
    candidates = recurrence.candidates(in: admitted)
    position = candidates.firstPosition(notBefore: recurrence.start)
    period = admitted + 1
    return true
  }
}
