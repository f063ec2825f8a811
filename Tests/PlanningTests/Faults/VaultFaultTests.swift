import Estate
import Rehearsals
import Testing
import Units

/// Vaults that fill, and vaults that receive copies.
@Suite struct VaultFaultTests {
  private static let server = "server: { cause: serverFailure, host: h }"

  /// The case auto-expand.yaml in small: 4 GiB and 5 GB a day into 3 GB.
  @Test func aVaultExpandsAsOftenAsItIsFull() async throws {
    let backups =
      "backups: [ { vault: v, schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0, retention: { permanent: true } } ]"
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: 1_024, warmUp: "8 d", strikes: 1,
        volume: "size: 100 GB, used: 4 %, workload: { rate: 57870 B/s, sequentialShare: 100 % }",
        vaults: ["v: { device: store, capacity: 3 GB, autoExpand: true, credentials: c }"],
        disasters: [Self.server], strategy: backups))
    #expect(report.protection.backupsFailed == 0)
    #expect(report.protection.backupsTaken == 8)
  }

  /// The case replica-growth.yaml in small: the replica holds what the vault holds, and so much again while blocks wait
  /// for their removal.
  @Test func aReplicaIsPrunedByTheRetentionOfItsVault() async throws {
    let report = try await replicated("")
    let (vault, replica) = (report.metered.vaults[0].stored, report.metered.vaults[1].stored)
    #expect(replica.byteNanoseconds < vault.byteNanoseconds * 2)
  }

  /// Copies every hour, and both vaults pruned once a day: a prune of the replica always names packs that the vault
  /// still holds, and removes the others all the same.
  @Test func aReplicaThatIsCopiedToEveryHourStopsToGrow() async throws {
    let backups =
      "backups: [ { vault: v, schedule: FREQ=HOURLY;BYMINUTE=0;BYSECOND=0, retention: { count: 48 }, replica: w, "
      + "prune: FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0, pruneGrace: 1 d, blockSize: 16 KiB } ]"
    let report = await SmallCase.run(
      try SmallCase.scenario(
        scale: 4_096, warmUp: "6 d", window: "7 d", strikes: 1, link: "1 Gbit/s",
        volume: "size: 10 GiB, used: 50 %, workload: { rate: 20 kB/s }",
        vaults: [
          "v: { device: store, capacity: 1 TiB, credentials: c }",
          "w: { device: store-b, capacity: 1 TiB, credentials: c }",
        ], disasters: [Self.server], strategy: backups))
    let replica = try #require(report.vaults.first { $0.vault == VaultID(1) })
    #expect(replica.atEnd.bytes.bytes * 2 < replica.atStart.bytes.bytes * 3, "\(replica)")
  }

  /// Longer retention there: a point that the vault has lost is restored from the replica.
  @Test func oldPointsAreRestoredFromTheReplica() async throws {
    let report = try await replicated(
      "replicaRetention: { count: 6 }, replicaSchedule: FREQ=DAILY;BYHOUR=2;BYMINUTE=0;BYSECOND=0, ",
      disaster: "virus: { cause: virusAttack, volumes: [data], share: 30 %, dwell: 4 d }")
    for drill in report.disasters[0].drills {
      let loss = try #require(drill.achievedRPO.duration)
      #expect(loss >= .days(4) && loss <= .days(5) + .hours(2))
      #expect(drill.restored.map(\.source) == [.vault(VaultID(1))])
    }
  }

  private func replicated(_ keys: String, disaster: String = server) async throws -> StrategyReport {
    let backups =
      "backups: [ { vault: v, schedule: FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0, retention: { count: 2 }, replica: w, \(keys)"
      + "prune: FREQ=HOURLY;INTERVAL=6;BYMINUTE=30;BYSECOND=0, pruneGrace: 1 h } ]"
    return await SmallCase.run(
      try SmallCase.scenario(
        scale: 4_096, warmUp: "16 d", window: "1 d", strikes: 1,
        volume: "size: 10 GiB, used: 50 %, workload: { rate: 20 kB/s }",
        vaults: [
          "v: { device: store, capacity: 1 TiB, credentials: c }",
          "w: { device: store-b, capacity: 1 TiB, credentials: c }",
        ], disasters: [disaster], strategy: backups))
  }
}
