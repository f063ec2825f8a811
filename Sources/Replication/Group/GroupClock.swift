import Storage
import Units

/// Makes points over the volumes of several hosts. The clock holds all acknowledgements, marks the point, and
/// releases them.
///
/// If A was acknowledged before B was issued and B is in the point, then A is too. While any member marks,
/// none acknowledges. A member that does not answer in time costs the point, and nothing else.
public struct GroupClock: Engine {
  public enum Event: Hashable, Sendable {
    case begin
    /// A member holds its acknowledgements for the point of this number.
    case held(member: Int, number: UInt64)
    /// A member has marked the point of this number.
    case marked(member: Int, number: UInt64)
    case timer
  }

  public enum Effect: Hashable, Sendable {
    /// Requests a member to hold, as the command `hold`. Its `held` is returned as an event.
    case hold(member: Int, number: UInt64)
    /// Requests a member to mark, as the command `mark`.
    case mark(member: Int, number: UInt64)
    case release(member: Int)
    case wake(at: Instant)
    /// No point was made. Used for the trace.
    case missed(UInt64)
  }

  enum Phase: Hashable {
    case waiting
    case holding(left: [Int])
    case marking(left: [Int])
  }

  public let members: Int
  public let interval: Duration
  /// The time to wait for the members' answers. The hosts' flushes can be delayed by this time.
  public let patience: Duration
  public private(set) var number: UInt64
  private var phase = Phase.waiting
  private var next = Instant.epoch

  /// - Parameter last: the number of the last point ever made.
  public init(members: Int, interval: Duration, patience: Duration = .seconds(1), last: UInt64 = 0) {
    precondition(members > 0 && patience < interval, "an answer is waited for less than an interval")
    (self.members, self.interval, self.patience, number) = (members, interval, patience, last)
  }

  public mutating func handle(_ event: Event, at now: Instant, into effects: inout [Effect]) {
    switch event {
    case .begin:
      next = now + interval
      effects.append(.wake(at: next))
    case .timer: tick(at: now, &effects)
    case .held(let member, number): held(member, &effects)
    case .marked(let member, number): marked(member, &effects)
    case .held, .marked: break
    }
  }

  private mutating func tick(at now: Instant, _ effects: inout [Effect]) {
    if phase != .waiting {
      effects.append(.missed(number))
      releaseAll(&effects)
    }
    if now >= next {
      number += 1
      next = now + interval
      phase = .holding(left: Array(0..<members))
      for member in 0..<members { effects.append(.hold(member: member, number: number)) }
      effects.append(.wake(at: now + patience))
    } else {
      effects.append(.wake(at: next))
    }
  }

  private mutating func held(_ member: Int, _ effects: inout [Effect]) {
    guard case .holding(var left) = phase else { return }
    left.removeAll { $0 == member }
    phase = .holding(left: left)
    guard left.isEmpty else { return }
    phase = .marking(left: Array(0..<members))
    for member in 0..<members { effects.append(.mark(member: member, number: number)) }
  }

  private mutating func marked(_ member: Int, _ effects: inout [Effect]) {
    guard case .marking(var left) = phase else { return }
    left.removeAll { $0 == member }
    phase = .marking(left: left)
    if left.isEmpty { releaseAll(&effects) }
  }

  private mutating func releaseAll(_ effects: inout [Effect]) {
    phase = .waiting
    for member in 0..<members { effects.append(.release(member: member)) }
  }
}

/// The recovery points of a consistency group, computed from the members' points.
public enum GroupRecoveryPoint {
  /// Returns the newest point that every member can recover. Its instant is that of the oldest member.
  public static func newest(of members: [[ReplicaPoint]]) -> ReplicaPoint? {
    guard let first = members.first else { return nil }
    for candidate in first.sorted(by: { $0.number > $1.number }) where candidate.number > 0 {
      let same = members.map { points in points.last { $0.number == candidate.number } }
      let found = same.compactMap { $0 }
      if found.count == members.count { return found.min { $0.instant < $1.instant } }
    }
    return nil
  }
}
