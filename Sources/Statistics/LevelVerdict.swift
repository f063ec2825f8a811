import Units

/// The verdict on whether a share of all recoveries meets the objectives, as far as the drills show.
///
/// The number of drills does not decide by itself: few drills leave a wide interval, and the verdict undecided.
public struct LevelVerdict: Hashable, Sendable {
  public enum Decision: String, CaseIterable, Hashable, Sendable {
    /// The interval of the share met lies at or above the level.
    case met
    /// The level lies within the interval.
    case undecided
    /// The interval lies below the level.
    case breached
  }

  /// The share of recoveries that must meet the objectives.
  public let level: Ratio
  public let drills: Int
  /// The number of drills that met the objectives by their upper bounds.
  public let drillsMet: Int
  /// The number of drills whose bounds enclose an objective, so that they may have met it.
  public let drillsUnresolved: Int
  /// The bounds of the share met, each with half of the error probability.
  public let lower: Ratio
  public let upper: Ratio
  public let confidence: Ratio

  /// Judges drills by the interval of Clopper and Pearson ("The Use of Confidence or Fiducial Limits", Biometrika 26, 1934).
  ///
  /// - Returns: `nil` when there are no drills.
  package init?(
    met: Int, unresolved: Int = 0, of drills: Int, level: Ratio, confidence: Ratio = .percent(95)
  ) {
    guard drills > 0 else { return nil }
    precondition(
      met >= 0 && unresolved >= 0 && met + unresolved <= drills, "no more drills met than there were")
    self.level = level
    self.drills = drills
    drillsMet = met
    drillsUnresolved = unresolved
    self.confidence = confidence
    let doubt = (1 - confidence.value) / 2
    lower = Self.lower(met: met, of: drills, doubt: doubt)
    upper = Self.upper(met: met + unresolved, of: drills, doubt: doubt)
  }

  /// The share of drills that met the objectives.
  public var share: Ratio { Ratio(billionths: Int64(drillsMet) * 1_000_000_000 / Int64(drills)) }

  public var decision: Decision { lower >= level ? .met : upper < level ? .breached : .undecided }

  /// The number of further drills that would decide the verdict at the present share. `nil` when it is
  /// decided, or no allowed number suffices.
  public var furtherDrills: Int? {
    guard decision == .undecided else { return nil }
    var (low, high) = (drills, drills)
    while !isDecided(after: high) {
      (low, high) = (high, high * 2)
      if high > Self.drillsMaximum { return nil }
    }
    while low + 1 < high {
      let middle = (low + high) / 2
      if isDecided(after: middle) { high = middle } else { low = middle }
    }
    return high - drills
  }

  private static let drillsMaximum = 1_000_000

  private func isDecided(after count: Int) -> Bool {
    let met = Int(Int128(drillsMet) * Int128(count) / Int128(drills))
    let open = Int(Int128(drillsUnresolved) * Int128(count) / Int128(drills))
    let doubt = (1 - confidence.value) / 2
    return Self.lower(met: met, of: count, doubt: doubt) >= level
      || Self.upper(met: min(count, met + open), of: count, doubt: doubt) < level
  }

  private static func lower(met: Int, of count: Int, doubt: Double) -> Ratio {
    met == 0 ? .zero : ratio(GSL.betaQuantile(doubt, a: Double(met), b: Double(count - met + 1)))
  }

  private static func upper(met: Int, of count: Int, doubt: Double) -> Ratio {
    met == count ? .one : ratio(GSL.betaQuantile(1 - doubt, a: Double(met + 1), b: Double(count - met)))
  }

  private static func ratio(_ value: Double) -> Ratio { Ratio(billionths: Int64((value * 1e9).rounded())) }
}

extension LevelVerdict: CustomStringConvertible {
  public var description: String {
    "\(decision.rawValue): \(drillsMet) of \(drills) drills, share \(lower) to \(upper), asked \(level)"
  }
}

extension LevelVerdict {
  /// Whether this verdict is more important to a reader: breached before undecided before met, then the lower
  /// share.
  package func isWorse(than other: LevelVerdict) -> Bool {
    let ranks = [Decision.met, .undecided, .breached]
    let (a, b) = (ranks.firstIndex(of: decision) ?? 0, ranks.firstIndex(of: other.decision) ?? 0)
    return a == b ? share < other.share : a > b
  }
}
