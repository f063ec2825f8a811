import Planning
import Units

/// The least resources of one strategy that keep its objectives against one disaster.
public struct SizeReport: Sendable {
  public var scenario: String
  public var title: String
  public var digest: String
  public var arguments: [String]
  public var strategy: String
  public var disaster: String
  public var objectives: Objectives
  /// One entry for each resource and level.
  public var answers: [SizeAnswer]
  /// The results of the resources as stated, by level.
  public var achieved: [LevelAchievement]
  /// `nil` where no copy was whole before the end of the window.
  public var firstCopy: FirstCopy?
  /// How far the journal as stated reaches back, by level; empty without a journal.
  public var reaches: [(level: Ratio, reach: Duration?)]
  /// Drills of all searches together.
  public var rehearsals: Int

  /// Whether every stated amount is enough for the highest level.
  public var isEnough: Bool {
    answers.allSatisfy { answer in
      answer.level < .one || answer.threshold.enough.map { $0 <= answer.question.stated } ?? false
    }
  }
}

/// The least amount of one resource at one level.
public struct SizeAnswer: Sendable {
  public var question: SizeQuestion
  /// The share of drills that has to keep the objective.
  public var level: Ratio
  public var threshold: ThresholdSearch.Threshold
  /// The share of drills that kept it, at the two sides of the threshold.
  public var shareWithEnough: Ratio?
  public var shareWithTooLittle: Ratio?
}

/// RPO and RTO that a share of the drills achieved.
public struct LevelAchievement: Hashable, Sendable {
  public var level: Ratio
  public var rpo: Achieved
  public var rto: Achieved
}

/// The time until the first copy from which anything can be recovered.
public struct FirstCopy: Hashable, Sendable {
  /// The start of the replication, or the slot of the first backup.
  public var start: Instant
  /// The last instant tried at which there was no copy.
  public var notYet: Instant
  /// The first instant tried at which there was one.
  public var done: Instant

  public var time: Duration { done - start }
}
