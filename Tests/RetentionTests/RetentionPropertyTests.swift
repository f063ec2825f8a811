import Retention
import Schedules
import Testing
import Units

/// The laws of every policy and every history of backups, tried on random ones.
@Suite struct RetentionPropertyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let seed: UInt64
    var policy: RetentionPolicy
    var extra: RetentionRule
    var points: [RetentionPoint<Int>]
    var now: Instant
    var testDescription: String { "seed \(seed)" }

    init(seed: UInt64) throws {
      self.seed = seed
      var stream = RandomStream(seed: seed, stream: "retention")
      let start = CivilTime(year: 2026, month: 1, day: 1).instant
      let spread = [UInt64(100), 2_000, 20_000][Int(stream.below(3))]
      points = (0..<Int(stream.below(60))).map { id in
        let instant = start + .hours(Int64(stream.below(spread)))
        let lock = stream.below(5) == 0 ? instant + .days(Int64(stream.below(400))) : nil
        return RetentionPoint(id: id, instant: instant, lockedUntil: lock)
      }
      now = start + .hours(Int64(spread))
      let rules = (0...stream.below(3)).map { _ in Self.rule(from: &stream) }
      policy = try RetentionPolicy(rules)
      extra = Self.rule(from: &stream)
    }

    private static func rule(from stream: inout RandomStream) -> RetentionRule {
      switch stream.below(3) {
      case 0: .newest(1 + Int(stream.below(6)))
      case 1: .age(.days(1 + Int64(stream.below(60))))
      default:
        .newestOfEach(
          [.hour, .day, .week, .month, .year][Int(stream.below(5))], 1 + Int(stream.below(6)))
      }
    }

    func kept(_ policy: RetentionPolicy, at now: Instant) -> Set<Int> {
      Set(policy.decide(on: points, at: now).filter(\.isKept).map(\.point.id))
    }
  }

  private static var cases: [Case] { get throws { try (0..<300).map { try Case(seed: $0) } } }

  @Test func addingARuleNeverDropsMore() throws {
    for trial in try Self.cases {
      let more = try RetentionPolicy(trial.policy.rules + [trial.extra])
      #expect(
        trial.kept(more, at: trial.now).isSuperset(of: trial.kept(trial.policy, at: trial.now)),
        "\(trial.testDescription)")
    }
  }

  @Test func aPointStaysExactlyWhenSomeRuleAloneOrALockWantsIt() throws {
    for trial in try Self.cases {
      let wanted = try trial.policy.rules.reduce(into: Set<Int>()) { union, rule in
        union.formUnion(trial.kept(try RetentionPolicy([rule]), at: trial.now))
      }
      #expect(trial.kept(trial.policy, at: trial.now) == wanted, "\(trial.testDescription)")
    }
  }

  @Test func theNewestPointIsNeverDroppedByACount() throws {
    for trial in try Self.cases {
      guard let newest = trial.points.max(by: { $0.instant < $1.instant })?.instant else { continue }
      for rule in [RetentionRule.newest(1), .newestOfEach(.year, 1), .newestOfEach(.hour, 1)] {
        let decisions = try RetentionPolicy([rule]).decide(on: trial.points, at: trial.now)
        #expect(
          decisions.contains { $0.isKept && $0.point.instant == newest }, "\(trial.testDescription), \(rule)")
      }
    }
  }

  @Test func decidingAgainOnWhatWasKeptDropsNothing() throws {
    for trial in try Self.cases {
      let kept = trial.policy.decide(on: trial.points, at: trial.now).filter(\.isKept).map(\.point)
      let again = trial.policy.decide(on: kept, at: trial.now)
      #expect(again.allSatisfy { $0.isKept }, "\(trial.testDescription)")
    }
  }

  @Test func whatWasDroppedIsNeverWantedLater() throws {
    for trial in try Self.cases {
      let newer = RetentionPoint(id: -1, instant: trial.now + .hours(1))
      let dropped = trial.policy.decide(on: trial.points, at: trial.now).filter { !$0.isKept }
      let later = trial.policy.decide(on: trial.points + [newer], at: trial.now + .days(2))
      let wantedAgain = later.filter { $0.isKept && dropped.map(\.point.id).contains($0.point.id) }
      #expect(wantedAgain.isEmpty, "\(trial.testDescription)")
    }
  }

  @Test func everyDecisionHasReasonsThatAgreeWithIt() throws {
    for trial in try Self.cases {
      let decisions = trial.policy.decide(on: trial.points, at: trial.now)
      #expect(decisions.map(\.point) == trial.points)
      for decision in decisions {
        #expect(!decision.reasons.isEmpty)
        #expect(decision.reasons.allSatisfy { $0.keeps == decision.isKept })
        #expect(decision.isKept || decision.reasons.count == trial.policy.rules.count)
      }
    }
  }
}
