import Units

/// A time zone as a table of its changes of the clock.
///
/// The table is a plain value, so that whoever simulates needs no database of time zones; `Zones` fills it.
public struct Zone: Hashable, Sendable, CustomStringConvertible {
  /// A change of the clock: the second since 1970 at which an offset begins to hold.
  public struct Change: Hashable, Sendable {
    public let second: Int
    /// Seconds east of UTC.
    public let offset: Int

    public init(second: Int, offset: Int) {
      self.second = second
      self.offset = offset
    }
  }

  public let name: String
  /// The offset before the first change.
  private let firstOffset: Int
  private let changes: [Change]

  public static let utc = Zone(name: "UTC", offset: 0)

  /// - Parameters:
  ///   - offset: seconds east of UTC before the first change.
  ///   - changes: ascending.
  public init(name: String, offset: Int, changes: [Change] = []) {
    precondition(
      zip(changes, changes.dropFirst()).allSatisfy { $0.second < $1.second }, "changes of a clock ascend")
    self.name = name
    firstOffset = offset
    self.changes = changes
  }

  public var description: String { name }

  /// Seconds east of UTC at a second since 1970.
  ///
  /// Complexity: O(log n) in the number of changes.
  public func offset(at second: Int) -> Int { offset(of: stretch(at: second)) }

  /// The seconds that a clock on the wall shows, counted as if they were UTC.
  public func local(_ second: Int) -> Int { second + offset(at: second) }

  /// The instants at which a clock on the wall shows a local second: none in a gap, two in a repeated hour.
  public func seconds(showing local: Int) -> [Int] {
    var found: [Int] = []
    var index = stretch(at: local - 86_400)
    while start(of: index) <= local + 86_400 {
      let second = local - offset(of: index)
      if second >= start(of: index) && second < end(of: index) { found.append(second) }
      guard index < changes.count else { break }
      index += 1
    }
    return found
  }

  // MARK: Stretches of one offset

  /// The number of the stretch that holds a second; 0 lies before the first change.
  func stretch(at second: Int) -> Int {
    var bounds = 0..<changes.count
    while !bounds.isEmpty {
      let middle = bounds.lowerBound + bounds.count / 2
      bounds =
        changes[middle].second <= second ? middle + 1..<bounds.upperBound : bounds.lowerBound..<middle
    }
    return bounds.lowerBound
  }

  func offset(of stretch: Int) -> Int { stretch == 0 ? firstOffset : changes[stretch - 1].offset }
  /// The first second of a stretch.
  func start(of stretch: Int) -> Int { stretch == 0 ? .min / 2 : changes[stretch - 1].second }
  /// The second after the last of a stretch.
  func end(of stretch: Int) -> Int { stretch == changes.count ? .max / 2 : changes[stretch].second }
  var lastStretch: Int { changes.count }
}

extension CivilTime {
  /// What a clock on the wall shows at an instant in a zone.
  public init(_ instant: Instant, in zone: Zone) {
    let second = Int(instant.nanoseconds.flooredQuotient(1_000_000_000))
    self.init(instant + .seconds(Int64(zone.offset(at: second))))
  }
}

extension Instant {
  /// Whole seconds since 1970, rounded down.
  public var wholeSeconds: Int { Int(nanoseconds.flooredQuotient(1_000_000_000)) }

  /// A whole second since 1970.
  public init(second: Int) { self.init(nanoseconds: Int64(second) * 1_000_000_000) }
}
