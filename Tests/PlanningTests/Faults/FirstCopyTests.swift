import Replication
import Testing
import Units

/// Disasters before the first copy is complete, and the words for a copy that must not take over.
@Suite struct FirstCopyTests {
  /// 2 GiB over 1 Mbit/s take more than four hours; the strikes come in the second hour.
  @Test func aFireBeforeTheFirstCopyIsCompleteIsToldInPlainWords() async throws {
    let report = await SmallCase.run(
      try SmallCase.scenario(
        strikes: 2, link: "1 Mbit/s", disasters: ["fire: { cause: fire, site: a }"],
        strategy: SmallCase.standby("layer: storage, mode: async")))
    for drill in report.disasters[0].drills {
      guard case .unrecoverable(let reason) = drill.outcome else {
        Issue.record("recovered at \(drill.strike)")
        continue
      }
      #expect(
        reason
          == "the copy at the DR site must not take over: its first copy or resynchronization was not complete"
      )
    }
  }

  @Test(
    arguments: [
      .truncated, .damaged, .malformed, .otherVersion(3), .otherGroup(1), .olderTerm(2), .otherSession,
      .replayed,
      .duplicate, .gap(after: 5), .outOfPlace, .outsideVolume, .splitBrain, .unrelated,
      .notConsistent(.inconsistent), .notConsistent(.outdated), .notConsistent(.consistent), .termNotNewer(4),
      .noSuchPoint, .notNow,
    ] as [Refusal])
  func noReasonIsAWordOfTheCode(refusal: Refusal) {
    let words = refusal.description.split(separator: " ")
    #expect(words.count >= 4)
    #expect(words.allSatisfy { $0.dropFirst().allSatisfy { !$0.isUppercase && $0 != "(" && $0 != "." } })
  }
}
