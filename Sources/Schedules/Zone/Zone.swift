import Units

/// A time zone as a table of its changes of the clock.
///
/// The table is a plain value, so that a simulation needs no database of time zones; `Zones` fills it.
public struct Zone: Hashable, Sendable, CustomStringConvertible {
  /// A change of the clock: the second since 1970 from which an offset holds.
  public struct Change: Hashable, Sendable {
    public let second: Int
    /// The seconds east of UTC.
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

  /// Returns the seconds east of UTC at a second since 1970.
  ///
  /// Complexity: O(log n) in the number of changes.
  public func offset(at second: Int) -> Int { offset(of: stretch(at: second)) }

  /// Returns the local time at a second, counted as if it were UTC.
  public func local(_ second: Int) -> Int { second + offset(at: second) }

  /// Returns the instants of a local time: none in a gap, two in a repeated hour.
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

  /// Returns the number of the period of constant offset with a second; 0 is before the first change.
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
  /// Returns the first second of a period of constant offset.
  func start(of stretch: Int) -> Int { stretch == 0 ? .min / 2 : changes[stretch - 1].second }
  /// Returns the second after the last one of a period of constant offset.
  func end(of stretch: Int) -> Int { stretch == changes.count ? .max / 2 : changes[stretch].second }
  var lastStretch: Int { changes.count }
}

extension CivilTime {
  /// Creates the local time at an instant in a zone.
  public init(_ instant: Instant, in zone: Zone) {
    let second = Int(instant.nanoseconds.flooredQuotient(1_000_000_000))
    self.init(instant + .seconds(Int64(zone.offset(at: second))))
  }
}

extension Instant {
  /// The whole seconds since 1970, rounded down.
  public var wholeSeconds: Int { Int(nanoseconds.flooredQuotient(1_000_000_000)) }

  /// Creates the instant of a whole second since 1970.
  public init(second: Int) { self.init(nanoseconds: Int64(second) * 1_000_000_000) }
}
