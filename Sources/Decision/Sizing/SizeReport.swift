import ScenarioLanguage
import Statistics
import Units

/// The smallest resources of one strategy that meet its objectives against one disaster.
public struct SizeReport: Sendable {
  public var scenario: String
  public var title: String
  public var digest: String
  public var arguments: [String]
  public var strategy: String
  public var disaster: String
  public var objectives: Objectives
  /// The answers, by resource and level.
  public var answers: [SizeAnswer]
  /// The results with the stated resources, by level.
  public var achieved: [LevelAchievement]
  /// The time of the first copy; `nil` where no copy was whole before the end of the window.
  public var firstCopy: FirstCopy?
  /// The reach of the stated journal, by level; empty without a journal.
  public var reaches: [(level: Ratio, reach: Duration?)]
  /// The number of drills in all searches.
  public var rehearsals: Int

  /// Whether every stated amount suffices for the highest level.
  public var isEnough: Bool {
    answers.allSatisfy { answer in
      answer.level < .one || answer.threshold.enough.map { $0 <= answer.question.stated } ?? false
    }
  }
}

/// The smallest amount of one resource at one level.
public struct SizeAnswer: Sendable {
  public var question: SizeQuestion
  /// The share of drills that must meet the objective.
  public var level: Ratio
  public var threshold: ThresholdSearch.Threshold
  /// The share of drills that met the objective, on both sides of the threshold.
  public var shareWithEnough: Ratio?
  public var shareWithTooLittle: Ratio?
}

/// The RPO and RTO that a share of the drills achieved.
public struct LevelAchievement: Hashable, Sendable {
  public var level: Ratio
  public var rpo: Achieved
  public var rto: Achieved
}

/// The time until the first recoverable copy.
public struct FirstCopy: Hashable, Sendable {
  /// The start of the replication, or the slot of the first backup.
  public var start: Instant
  /// The last tried instant without a copy.
  public var notYet: Instant
  /// The first tried instant with a copy.
  public var done: Instant

  public var time: Duration { done - start }
}
