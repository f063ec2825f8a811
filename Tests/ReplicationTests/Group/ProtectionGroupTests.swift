import Replication
import Testing

@Suite("A protection group")
struct ProtectionGroupTests {
  private typealias Verb = ProtectionGroup.Verb
  private typealias State = ProtectionGroup.State

  /// The actions that each state allows; all others are refused.
  private static let allowed: [State: [Verb]] = [
    .available: [.enableProtection],
    .starting: [],
    .protected: [.disableProtection, .switchover, .failover, .drill],
    .stopping: [],
    .reversing: [.failover],
    .failingOver: [],
    .failedOver: [.reprotect],
    .reprotecting: [],
    .errorStarting: [.enableProtection, .disableProtection],
    .errorStopping: [.disableProtection],
    .errorReversing: [.switchover, .failover],
    .errorFailingOver: [.failover],
    .errorReprotecting: [.reprotect, .disableProtection],
  ]

  /// A group brought to a state by verbs alone.
  private static func group(in state: State) throws -> ProtectionGroup {
    var group = ProtectionGroup()
    func go(_ verbs: [(Verb, Bool?)]) throws {
      for (verb, isDone) in verbs {
        _ = try group.begin(verb)
        if let isDone { group.finish(succeeded: isDone) }
      }
    }
    let protected: (Verb, Bool?) = (.enableProtection, true)
    switch state {
    case .available: break
    case .starting: try go([(.enableProtection, nil)])
    case .protected: try go([protected])
    case .stopping: try go([protected, (.disableProtection, nil)])
    case .reversing: try go([protected, (.switchover, nil)])
    case .failingOver: try go([protected, (.failover, nil)])
    case .failedOver: try go([protected, (.failover, true)])
    case .reprotecting: try go([protected, (.failover, true), (.reprotect, nil)])
    case .errorStarting: try go([(.enableProtection, false)])
    case .errorStopping: try go([protected, (.disableProtection, false)])
    case .errorReversing: try go([protected, (.switchover, false)])
    case .errorFailingOver: try go([protected, (.failover, false)])
    case .errorReprotecting: try go([protected, (.failover, true), (.reprotect, false)])
    }
    return group
  }

  @Test(arguments: ProtectionGroup.State.allCases)
  func refusesEveryIllegalVerbWithTheReasonAndChangesNothing(state: ProtectionGroup.State) throws {
    let group = try Self.group(in: state)
    #expect(group.state == state)
    for verb in Verb.allCases {
      var tried = group
      if Self.allowed[state]?.contains(verb) == true {
        #expect(throws: Never.self) { try tried.begin(verb) }
      } else {
        let refusal = #expect(throws: VerbRefusal.self) { try tried.begin(verb) }
        #expect(refusal?.verb == verb && refusal?.state == state)
        #expect(tried == group)
      }
    }
  }

  @Test func goesThereAndBackWithATermThatOnlyGrows() throws {
    var group = ProtectionGroup()
    var terms = [group.term]
    for verb in [Verb.enableProtection, .failover, .reprotect, .failback, .switchover, .failback] {
      _ = try group.begin(verb)
      group.finish(succeeded: true)
      terms.append(group.term)
    }
    #expect(group.state == .protected && group.primary == group.home)
    #expect(terms == [1, 1, 2, 2, 3, 4, 5])
    let refusal = #expect(throws: VerbRefusal.self) { try group.begin(.failback) }
    #expect(refusal?.description == "failback while protected: the group is at home already")
  }

  @Test func aFailoverFencesBeforeItPromotesAndAPlannedMoveComparesBeforeItSwitches() throws {
    var group = ProtectionGroup()
    _ = try group.begin(.enableProtection)
    group.finish(succeeded: true)
    var planned = group
    let move = try planned.begin(.switchover)
    #expect(
      move.prefix(4) == [.stopHosts(0), .drain(0), .compareDigests, .grant(1, term: 2, isForced: false)])
    let failover = try group.begin(.failover, isForced: true)
    #expect(
      failover.prefix(3) == [
        .fence(0, term: 2), .grant(1, term: 2, isForced: true), .promote(1, term: 2, isForced: true),
      ])
    #expect(group.forcedFailovers == 1)
  }

  @Test func aDrillLeavesTheGroupAsItIs() throws {
    var group = try Self.group(in: .protected)
    let before = group
    let steps = try group.begin(.drill)
    #expect(group == before)
    #expect(steps.first == .branch && steps.last == .discardBranch)
  }

  @Test func aWitnessGrantsATermOnceAndNothingToAnOutdatedCopy() throws {
    var witness = Witness(primary: 0)
    let isTold = witness.outdate(peer: 1, by: 0, in: 1)
    #expect(isTold)
    #expect(throws: Witness.Refusal.outdated) { try witness.grant(1, in: 2) }
    witness.restore(peer: 1, by: 0, in: 1)
    try witness.grant(1, in: 2)
    #expect(throws: Witness.Refusal.termTaken(2)) { try witness.grant(0, in: 2) }
    let isHeard = witness.outdate(peer: 1, by: 0, in: 1)
    #expect(!isHeard)
  }
}
