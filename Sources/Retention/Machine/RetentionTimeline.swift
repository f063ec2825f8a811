import Schedules
import Units

/// The answer of the retention simulator: the life of every point.
public struct RetentionTimeline: Sendable {
  public let question: RetentionQuestion
  /// The lives, ascending by creation.
  public let lives: [PointLife]
  /// The largest number of points that existed at once, after a backup and before its prune.
  public let presentMaximum: Int

  /// A point that exists at an instant, with the finding of the rules.
  public struct Presence: Sendable {
    /// The index in `lives`.
    public let life: Int
    public let finding: Finding
  }

  /// Returns every point that exists at an instant, oldest first, with the rules' finding at that time.
  public func presences(at instant: Instant) -> [Presence] {
    presences(of: lives.indices.filter { lives[$0].exists(at: instant) }, at: instant)
  }

  private func presences(of places: [Int], at instant: Instant) -> [Presence] {
    var points = places.map { lives[$0].point }
    for (place, life) in places.enumerated() where !lives[life].moves.isEmpty {
      points[place].series = lives[life].series(at: instant)
    }
    // Parents are places in the machine's own list, so chains are found anew.
    for place in points.indices {
      switch points[place].kind {
      case .full: points[place].parent = nil
      case .differential: points[place].parent = points[..<place].lastIndex { $0.kind == .full }
      case .incremental: points[place].parent = place > 0 ? place - 1 : nil
      }
    }
    let findings = dialect(at: instant).findings(on: points, at: instant, zone: question.zone)
    return zip(places, findings).map { Presence(life: $0, finding: $1) }
  }

  public func dialect(at instant: Instant) -> Dialect {
    question.dialect(ofRevision: question.revision(at: instant))
  }

  /// Returns the points that ended in an interval, oldest first.
  public func endings(in interval: Range<Instant>) -> [Int] {
    lives.indices.filter { lives[$0].ended.map(interval.contains) ?? false }
  }

  /// The last instant of each local day from the first backup to the end, ascending.
  public var dayEnds: [Instant] {
    let zone = question.zone
    let first = zone.local(question.schedule.start.wholeSeconds).flooredQuotient(86_400)
    let last = zone.local(question.end.wholeSeconds).flooredQuotient(86_400)
    guard first <= last else { return [] }
    return (first...last).map { day in
      let midnight = (day + 1) * 86_400
      let second = zone.seconds(showing: midnight).first ?? midnight - zone.offset(at: midnight)
      return min(question.end, Instant(second: second) - .nanoseconds(1))
    }
  }

  /// A period of days on which the same rules keep a point.
  public struct Span: Hashable, Sendable {
    public let life: Int
    /// The first and the last day, as indices of `dayEnds`.
    public let days: ClosedRange<Int>
    public let finding: Finding
  }

  /// The spans of every point, joined over days with the same rules.
  ///
  /// Complexity: O(days x points that exist).
  public var spans: [Span] {
    let ends = dayEnds
    var open: [(start: Int, finding: Finding)?] = lives.map { _ in nil }
    var present: [Int] = []
    var spans: [Span] = []
    var next = 0
    for (day, instant) in ends.enumerated() {
      while next < lives.count, lives[next].point.instant <= instant {
        present.append(next)
        next += 1
      }
      for life in present where !lives[life].exists(at: instant) {
        close(life, before: day, &open, &spans)
      }
      present.removeAll { !lives[$0].exists(at: instant) }
      for presence in presences(of: present, at: instant) {
        var finding = presence.finding
        finding.number = 0
        if open[presence.life]?.finding == finding { continue }
        close(presence.life, before: day, &open, &spans)
        open[presence.life] = (day, finding)
      }
    }
    for life in present { close(life, before: ends.count, &open, &spans) }
    return spans
  }

  private func close(
    _ life: Int, before day: Int, _ open: inout [(start: Int, finding: Finding)?], _ spans: inout [Span]
  ) {
    guard let span = open[life], span.start < day else { return }
    spans.append(Span(life: life, days: span.start...(day - 1), finding: span.finding))
    open[life] = nil
  }
}
