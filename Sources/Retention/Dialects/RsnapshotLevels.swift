import Schedules
import Units

/// rsnapshot 1.4.5 with numbered slots on each level.
///
/// A run of the lowest level drops its last slot, shifts the others and makes a new point. A run of a higher level drops its
/// last slot, shifts, and takes the last slot of the level below, if that slot is filled. Gaps keep their numbers.
public struct RsnapshotLevels: DialectRules {
  public struct Level: Hashable, Sendable {
    public let name: String
    public let count: Int

    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// The levels, lowest first, as in the configuration.
  public var levels: [Level]

  public init(_ levels: [Level]) {
    precondition(!levels.isEmpty && levels.allSatisfy { $0.count > 0 }, "levels have slots")
    self.levels = levels
  }

  var ruleNames: [String] { levels.map { "\($0.name) \($0.count)" } }

  /// Returns the findings. Every point in a slot is kept: `series` is the level, and its newest point is slot
  /// 0.
  func findings(on points: [ArchivedPoint], locals: [Int], order: [Int], at now: Instant, zone: Zone)
    -> [Finding]
  {
    var findings = [Finding](repeating: .dropped, count: points.count)
    var ranks = [Int](repeating: 0, count: levels.count)
    for index in order {
      let level = points[index].series
      ranks[level] += 1
      if ranks[level] <= levels[level].count { findings[index].keep(level, number: ranks[level]) }
    }
    return findings
  }
}

/// The slots of rsnapshot's levels; `nil` for an empty one.
public struct RsnapshotSlots: Hashable, Sendable {
  private let levels: [RsnapshotLevels.Level]
  /// The points by level and slot.
  public private(set) var slots: [[Int?]]

  public init(_ rules: RsnapshotLevels) {
    levels = rules.levels
    slots = rules.levels.map { [Int?](repeating: nil, count: $0.count) }
  }

  public subscript(level: Int, slot: Int) -> Int? {
    get { slots[level][slot] }
    set { slots[level][slot] = newValue }
  }

  /// Runs a level. A run of the lowest level adds the point.
  ///
  /// - Returns: the point that was dropped, and the one that moved up to the level.
  public mutating func run(level: Int, point: Int) -> (dropped: Int?, moved: Int?) {
    let dropped = slots[level].removeLast()
    var arrival: Int? = point
    if level > 0 {
      let last = slots[level - 1].count - 1
      arrival = slots[level - 1][last]
      slots[level - 1][last] = nil
    }
    slots[level].insert(arrival, at: 0)
    return (dropped, level > 0 ? arrival : nil)
  }
}
