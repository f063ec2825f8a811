import Schedules
import Units

/// The punctuality of runs relative to their schedule.
public struct Punctuality: Hashable, Sendable {
  /// The schedule, in words.
  public let schedule: String
  /// The number of slots without a run.
  public let missed: Int
  public let slots: Int
  /// The delay from a slot to the start of its run.
  public let lateness: Duration
  public let latenessMaximum: Duration
  /// The mean increase of the start's delay from run to run.
  public let driftPerRun: Duration

  /// Creates the punctuality; `nil` when there are too few runs.
  init?(_ runs: [BackupRun], timetable: Timetable?, until end: Instant) {
    guard runs.count > 2 else { return nil }
    let starts = runs.map(\.start)
    if let timetable {
      self.init(starts, timetable, until: end)
    } else {
      self.init(starts)
    }
  }

  private init?(_ starts: [Instant], _ timetable: Timetable, until end: Instant) {
    // A run just before its slot belongs to the slot before.
    let schedule = BackupSchedule(timetable, from: starts[0] - .days(1))
    var slots = Array(schedule.slots.prefix { $0 <= end })
    slots.removeFirst(max(0, slots.prefix { $0 <= starts[0] }.count - 1))
    guard slots.count > 1 else { return nil }
    var late: [Duration] = []
    var next = 0
    var missed = 0
    for (place, slot) in slots.enumerated() {
      while next < starts.count, starts[next] < slot { next += 1 }
      let close = place + 1 < slots.count ? slots[place + 1] : end + .nanoseconds(1)
      if next < starts.count, starts[next] < close { late.append(starts[next] - slot) } else { missed += 1 }
    }
    self.schedule = "\(timetable)"
    self.missed = missed
    self.slots = slots.count
    let sorted = late.sorted()
    lateness = sorted.isEmpty ? .zero : sorted[sorted.count / 2]
    latenessMaximum = sorted.last ?? .zero
    driftPerRun = late.count > 1 ? (late[late.count - 1] - late[0]) / Int64(late.count - 1) : .zero
  }

  /// Uses the median interval, rounded to a usual one, as the schedule.
  private init?(_ starts: [Instant]) {
    let intervals = zip(starts.dropFirst(), starts).map { $0 - $1 }.filter { $0 > .zero }
    guard intervals.count > 1 else { return nil }
    let median = intervals.sorted()[intervals.count / 2]
    let period = Self.usual(near: median)
    let regular = intervals.filter { $0 > period / 2 && $0 < period + period / 2 }
    let missed = intervals.reduce(0) {
      $0 + max(0, Int(($1 + period / 2).nanoseconds / period.nanoseconds) - 1)
    }
    schedule = "every \(period), as the starts suggest"
    self.missed = missed
    slots = intervals.count + 1 + missed
    lateness = .zero
    latenessMaximum = max(.zero, (regular.max() ?? period) - period)
    let sum = regular.reduce(Duration.zero) { $0 + ($1 - period) }
    driftPerRun = regular.isEmpty ? .zero : sum / Int64(regular.count)
  }

  private static func usual(near interval: Duration) -> Duration {
    let usual: [Duration] =
      [5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1_440, 10_080].map { .minutes($0) }
    return usual.first { ($0 - interval).nanoseconds.magnitude < UInt64(interval.nanoseconds / 20) }
      ?? interval
  }
}
