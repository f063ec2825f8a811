import Retention
import Schedules
import Units

/// The points of one day, with the rule that keeps or drops each, as a text for a terminal.
public struct RetentionListing {
  private let timeline: RetentionTimeline
  private let instant: Instant
  private let dayStart: Instant

  /// - Parameter instant: the state shown is that of this instant; dropped points are those of its local day.
  public init(_ timeline: RetentionTimeline, at instant: Instant) {
    self.timeline = timeline
    self.instant = instant
    let zone = timeline.question.zone
    let local = zone.local(instant.wholeSeconds)
    let midnight = local - local.flooredRemainder(86_400)
    dayStart = Instant(second: zone.seconds(showing: midnight).first ?? midnight - zone.offset(at: midnight))
  }

  public var text: String {
    let present = timeline.presences(at: instant)
    let dialect = timeline.dialect(at: instant)
    var lines = [
      dialect.wording, "schedule: \(timeline.question.schedule.timetable)",
      "at \(wallClock(instant)) (\(timeline.question.zone)) \(present.count) points exist; "
        + "of \(timeline.lives.count) made by the end, at most \(timeline.presentMaximum) at once", "",
    ]
    lines += TextTable.lines(
      ["made", "age", "kept by"],
      present.reversed().map { presence in
        let made = timeline.lives[presence.life].point.instant
        return [wallClock(made), (instant - made).roughly, dialect.explanation(presence.finding)]
      })
    let dropped = timeline.endings(in: dayStart..<instant + .nanoseconds(1))
    guard !dropped.isEmpty else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", "dropped on this day: \(dropped.count)"]
    lines += TextTable.lines(
      ["made", "dropped", "because"],
      dropped.reversed().map { place in
        let life = timeline.lives[place]
        let rules = timeline.question.dialect(ofRevision: life.revision)
        return [
          wallClock(life.point.instant), life.ended.map(wallClock) ?? "", rules.explanation(life.end),
        ]
      })
    return lines.joined(separator: "\n") + "\n"
  }

  private func wallClock(_ instant: Instant) -> String {
    RetentionClock(timeline.question.zone).text(of: instant)
  }
}

/// Returns instants as local clock times, as in `2027-03-28 01:00 +01:00`.
struct RetentionClock {
  private let zone: Zone

  init(_ zone: Zone) { self.zone = zone }

  func text(of instant: Instant) -> String {
    let offset = zone.offset(at: instant.wholeSeconds)
    let civil = CivilTime(instant, in: zone).description
    let minutes = abs(offset) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let shift = "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    return "\(civil.prefix(10)) \(civil.dropFirst(11).prefix(5)) \(shift)"
  }

  func day(of instant: Instant) -> String { String(CivilTime(instant, in: zone).description.prefix(10)) }
}

extension Duration {
  /// The two largest parts, as in `3 d 4 h` or `12 min`.
  var roughly: String {
    let seconds = nanoseconds / 1_000_000_000
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
    if days >= 60 { return "\(days) d" }
    if days > 0 { return hours > 0 ? "\(days) d \(hours) h" : "\(days) d" }
    if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
    return minutes > 0 ? "\(minutes) min" : "\(seconds) s"
  }
}
