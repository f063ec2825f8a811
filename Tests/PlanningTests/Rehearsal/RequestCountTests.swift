import Documents
import Rehearsals
import ScenarioLanguage
import Storage
import Testing
import Units

/// Requests to a vault are counted as the engine would make them at full size.
@Suite struct RequestCountTests {
  private static func text(scale: Int) -> String {
    """
    title: What a vault is asked for
    seed: 5
    scale: 1/\(scale)
    start: 2026-03-02T00:00:00Z
    warmUp: 12 h
    window: 1 d
    strikes: { spread: 2 }
    objectives: { rpo: 8 h, rto: 8 h }
    sites: { here: { region: west } }
    devices:
      array: { site: here, kind: array, rate: 800 MB/s, latency: 500 us }
      store: { site: here, kind: objectStore, rate: 400 MB/s, latency: 8 ms }
    hosts: { host: { site: here } }
    services:
      shop:
        host: host
        boot: 4 min
        appRecovery: 2 min
        verify: 5 min
        warmUp: 3 min
        volumes:
          data:
            device: array
            size: 64 GiB
            used: 50 %
            workload: { rate: 1 MB/s, sequentialShare: 100 %, compressibility: 0 % }
    vaults: { vault: { device: store, capacity: 1 TiB, credentials: admin } }
    people: { detect: 1 min, declare: 2 min, decide: 3 min }
    disasters: { deletion: { cause: accidentalDeletion, volumes: [data], share: 30 % } }
    strategies:
      backup:
        backups:
          - vault: vault
            schedule: FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0
            retention: { count: 8 }
        recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 0 s, scanRate: 200 MB/s }
    """
  }

  private static func puts(scale: Int) async throws -> Double {
    let file = try ScenarioFile(SourceText(name: "requests.yaml", text: text(scale: scale)))
    let sweep = Sweep(file.scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
    let report = try await sweep.run(jobs: 2).priced()
    let costs = try #require(report.costs.strategies.first)
    return Double(costs.metered.filter { $0.item == "requests.put" }.reduce(0) { $0 + $1.quantity })
  }

  /// A day writes 86.4 GB of data that does not compress: 10,300 packs of 8 MiB, and few objects beside them.
  @Test(arguments: [512, 8_192])
  func theStoredPacksOfADayAreThoseOfItsBytes(scale: Int) async throws {
    let packs = 86_400e6 / Double(8 << 20)
    let puts = try await Self.puts(scale: scale)
    #expect(abs(puts - packs) <= 0.1 * packs, "\(puts) for \(packs)")
  }
}
