import Documents
import Testing

/// The keys for backup windows, for held copies and for couriers.
@Suite struct ShippingReadingTests {
  private static let nightly =
    "vault: near, schedule: FREQ=DAILY;BYHOUR=22;BYMINUTE=0;BYSECOND=0, retention: { count: 5 }"
  private static let trip =
    "{ currency: USD, extendsDefault: true, items: { courier.trip: { price: 150, per: trip, assumption: a van } } }"

  private func messages(_ backups: String, recovery: String = "", prices: String? = trip) -> String? {
    do {
      _ = try SmallCase.scenario(
        scale: 32_768, warmUp: "2 d",
        volume: "size: 100 TiB, used: 50 %, workload: { rate: 40 kB/s }",
        vaults: [
          "near: { device: store, capacity: 1 PiB, credentials: admin }",
          "twin: { device: store, capacity: 1 PiB, credentials: admin }",
          "shelf: { device: store-b, capacity: 1 PiB, credentials: admin }",
        ], disasters: ["server: { cause: serverFailure, host: h }"], strategy: "backups: [ \(backups) ]",
        recovery: recovery, prices: prices)
      return nil
    } catch {
      return (error as? InputError)?.diagnostics.map { "\($0.message): \($0.hint)" }.joined(separator: "\n")
    }
  }

  @Test(arguments: [
    (
      "window: { start: \"24:00\", length: 8 h }",
      "'24:00' is not a time of the day: write for example '22:00'"
    ),
    ("window: { start: \"22\", length: 8 h }", "'22' is not a time of the day: write for example '22:00'"),
    (
      "window: { start: \"22:00\", length: 24 h }", "a daily window of 1 d never closes: write less than 24 h"
    ),
    ("window: { start: \"22:00\", length: 0 s }", ""),
    ("window: { start: \"22:00\", length: 8 h, unfinished: stop }", "'stop' is none of the words for this"),
    (
      "window: { start: \"23:00\", length: 8 h }",
      "the backup of 2026-03-02T22:00:00Z would begin outside its window: write a schedule"
    ),
    (
      "window: { start: \"22:00\", length: 8 h, unfinished: fail }",
      "a first backup reads 50 TiB from 'array', which takes at least"
    ),
    ("replicaDelay: 12 h", "there is no replica: add 'replica: VAULT', or remove 'replicaDelay'"),
    (
      "courier: { transit: 24 h, return: 36 h }",
      "there is no replica: add 'replica: VAULT', or remove 'courier'"
    ),
    (
      "replica: twin, courier: { transit: 24 h, return: 36 h }",
      "'near' and 'twin' both stand in 'a', so a courier has no way to go: name a replica at another site"
    ),
    ("replica: shelf, courier: { transit: 24 h }", "the key 'return' is missing"),
    (
      "replica: shelf, courier: { transit: 24 h, return: 36 h, tariff: bike }",
      "the price book has no 'courier.bike'"
    ),
  ])
  func aWindowOrCourierThatMeansNothingIsAnError(keys: String, message: String) throws {
    let all = try #require(messages("{ \(Self.nightly), \(keys) }"))
    #expect(all.hasPrefix(message), "\(all)")
  }

  @Test func aVaultOfACourierIsReachedInNoOtherWay() throws {
    let all = try #require(
      messages(
        "{ \(Self.nightly), replica: shelf, courier: { transit: 24 h, return: 36 h } }, "
          + "{ vault: shelf, schedule: FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0, retention: { count: 5 } }"))
    #expect(all.hasPrefix("the vault 'shelf' is also reached in another way, so it is not offline"), "\(all)")
  }

  @Test func anInstantRestoreNeedsSomethingToReadFirst() throws {
    for (share, message) in [("0 %", "'firstRead' is 0 %"), ("100 %", "'firstRead' is 100 %")] {
      let all = try #require(
        messages("{ \(Self.nightly) }", recovery: "instant: { firstRead: \(share), slowdown: 20 % }"))
      #expect(all.hasPrefix(message), "\(all)")
    }
  }

  @Test func windowsHoldsAndCouriersAreReadWithoutAWord() {
    #expect(
      messages(
        "{ \(Self.nightly), window: { start: \"22:00\", length: 8 h }, replica: shelf, replicaDelay: 12 h, "
          + "courier: { transit: 24 h, return: 36 h } }",
        recovery: "instant: { slowdown: 20 % }") == nil)
  }
}
