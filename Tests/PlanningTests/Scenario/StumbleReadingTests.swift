import Documents
import Testing

/// The keys for steps that fail and are repeated.
@Suite struct StumbleReadingTests {
  private func messages(_ recovery: String) -> String? {
    do {
      _ = try SmallCase.scenario(
        disasters: ["server: { cause: serverFailure, host: h }"],
        strategy:
          "snapshots: { schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 4 }, credentials: s }",
        recovery: recovery)
      return nil
    } catch {
      return (error as? InputError)?.diagnostics.map { "\($0.message): \($0.hint)" }.joined(separator: "\n")
    }
  }

  @Test(arguments: [
    ("boot: { chance: 0 %, attempts: 2 }", "'chance' is 0 %, so no attempt fails: write for example"),
    ("boot: { chance: 100 %, attempts: 2 }", "every attempt fails, so no recovery succeeds: for a first"),
    ("boot: { chance: 100 %, attempts: 1 }", "every attempt fails, so no recovery succeeds: for a first"),
    (
      "boot: { chance: 5 %, retryChance: 1 %, attempts: 1 }",
      "with 'attempts: 1' no attempt is repeated: remove 'retryChance'"
    ),
    ("boot: { chance: 5 %, attempts: 0 }", "0 is out of range"),
    ("boot: { chance: 5 % }", "the key 'attempts' is missing"),
    ("restore: { chance: 5 %, attempts: 2 }", "unknown key 'restore': did you mean 'restoreData'?"),
    ("failover: { chance: 5 %, attempts: 2 }", "a failover that fails has no time of its own"),
    (
      "failover: { chance: 5 %, attempts: 2, retryAfter: 1 h }",
      "'stepFailures' names 'failover', but nothing fails over: remove 'failover' there"
    ),
  ])
  func aStumbleThatMeansNothingIsAnError(stumbles: String, message: String) throws {
    let all = try #require(messages("stepFailures: { \(stumbles) }"))
    #expect(all.hasPrefix(message), "\(all)")
  }

  @Test func aStumbleIsReadWithoutAWord() {
    #expect(messages("stepFailures: { boot: { chance: 5 %, attempts: 2 } }, certify: 6 h") == nil)
  }
}
