import Statistics
import Units

/// The way in which attempts at a step of a runbook fail, and are repeated.
public struct Stumble: Sendable {
  /// The probability that the first attempt fails.
  public var chance: Ratio
  /// The probability that a repeated attempt fails.
  public var retryChance: Ratio
  /// The most attempts. When the last of them fails, the recovery has failed.
  public var attempts: Int
  /// The time from the start of a failed attempt to the next start; `nil` for the step's own time.
  public var lost: Distribution?

  package init(chance: Ratio, retryChance: Ratio, attempts: Int, lost: Distribution?) {
    precondition(attempts > 0, "a step is attempted")
    self.chance = chance
    self.retryChance = retryChance
    self.attempts = attempts
    self.lost = lost
  }

  /// The number of attempts that fail; all of them where even the last one does.
  ///
  /// - Parameter u: above 0 and below 1, as `RandomStream.uniform()` draws it. A larger value gives no fewer failures.
  package func failures(uniform u: Double) -> Int {
    var failures = 0
    var probability = chance.value
    while failures < attempts, 1 - u < probability {
      failures += 1
      probability *= retryChance.value
    }
    return failures
  }
}

/// The steps of a strategy's runbooks that can fail, by phase.
public struct Stumbles: Sendable {
  private var stumbles: [Phase: Stumble] = [:]

  /// No step fails.
  package init() {}

  public package(set) subscript(phase: Phase) -> Stumble? {
    get { stumbles[phase] }
    set { stumbles[phase] = newValue }
  }

  /// The phases with steps that can fail, in their order.
  public var phases: [Phase] { Phase.allCases.filter { stumbles[$0] != nil } }
}
