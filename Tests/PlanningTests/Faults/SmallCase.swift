import Documents
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// One small estate at two sites; tests add a disaster and a strategy, and know the outcome beforehand.
enum SmallCase {
  static func scenario(
    scale: Int = 1_024, warmUp: String = "1 h", window: String = "1 h", strikes: Int = 3,
    link: String = "100 Mbit/s",
    volume: String = "size: 4 GiB, used: 50 %, workload: { rate: 200 kB/s }", database: String? = nil,
    vaults: [String] = [], costs: String = "{}", moreServices: String = "", disasters: [String],
    strategy: String, recovery: String = "", hasThirdSite: Bool = false, prices: String? = nil,
    strikesAt: String? = nil, hosts: String = "h: { site: a }"
  ) throws -> Scenario {
    let lines = """
      title: A small case
      seed: 1
      scale: 1/\(scale)
      start: 2026-03-02T00:00:00Z
      warmUp: \(warmUp)
      window: \(window)
      strikes: { \(strikesAt.map { "at: [\($0)]" } ?? "spread: \(strikes)") }
      objectives: { rpo: 1 h, rto: 4 h }
      costs: \(costs)
      \(prices.map { "prices: \($0)" } ?? "")
      sites:
        a: { region: west, latitude: 50, longitude: 8 }
        b: { region: east, latitude: 48, longitude: 11 }
      \(hasThirdSite ? "  c: { region: west, latitude: 52, longitude: 13 }" : "")
      links:
        line: { between: [a, b], rate: \(link), latency: 1 ms }
      \(hasThirdSite ? "  far-line: { between: [a, c], rate: \(link), latency: 1 ms }" : "")
      devices:
        array: { site: a, kind: array, rate: 800 MB/s, latency: 500 us }
        store: { site: a, kind: objectStore, rate: 400 MB/s, latency: 1 ms }
        store-b: { site: b, kind: objectStore, rate: 400 MB/s, latency: 1 ms }
        array-b: { site: b, kind: array, rate: 800 MB/s, latency: 500 us }
      \(hasThirdSite ? "  array-c: { site: c, kind: array, rate: 800 MB/s, latency: 500 us }" : "")
      hosts: { \(hosts) }
      services:
        app:
          host: h
          boot: 4 min
          appRecovery: 2 min
          verify: 5 min
          warmUp: 3 min
          volumes: { data: { device: array, \(volume) } }
      \(database.map { "    database: { \($0) }" } ?? "")
        \(moreServices)
      people: { detect: 1 min, declare: 2 min, decide: 3 min }
      vaults:
      \(vaults.map { "  \($0)\n" }.joined())disasters:
      \(disasters.map { "  \($0)\n" }.joined())strategies:
        s:
          title: s
          \(strategy)
          recovery: { replace: { disk: 4 h, host: 1 h, device: 24 h }, redirect: 5 min, scanRate: 200 MB/s\(recovery.isEmpty ? "" : ", " + recovery) }
      """
    let text = vaults.isEmpty ? lines.replacing("vaults:\n", with: "") : lines
    return try ScenarioFile(SourceText(name: "case.yaml", text: text)).scenario
  }

  /// A hot standby behind a replication.
  static func standby(_ replication: String) -> String {
    "disasterRecovery: { replication: { \(replication), site: b, device: array-b }, "
      + "standby: { kind: hotStandby, redirect: 2 min } }"
  }

  static func run(_ scenario: Scenario) async -> StrategyReport {
    let sweep = Sweep(scenario, provenance: Provenance(version: "test", digest: "", arguments: []))
    return await sweep.run(jobs: 2).strategies[0]
  }
}
