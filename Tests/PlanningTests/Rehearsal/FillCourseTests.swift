import Documents
import Estate
import Rehearsals
import ScenarioLanguage
import Testing
import Units

/// The fill of vaults and links, sampled while no disaster strikes.
@Suite struct FillCourseTests {
  private static let text = """
    title: A nightly backup and nothing
    warmUp: 1 d
    window: 4 d
    strikes: { spread: 3 }
    objectives: { rpo: 24 h, rto: 24 h }
    sites: { a: {}, b: {} }
    links: { line: { between: [a, b], rate: 100 Mbit/s } }
    devices: { disk: { site: a }, spare: { site: b }, store: { site: b, kind: objectStore } }
    hosts: { h: { site: a } }
    services: { s: { host: h, volumes: { v: { device: disk, size: 20 GiB, workload: { rate: 200 kB/s } } } } }
    vaults: { far: { device: store, capacity: 1 TiB } }
    disasters: { fire: { cause: fire, site: a }, server: { cause: serverFailure, host: h } }
    strategies:
      nightly:
        backups: [{ vault: far, schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0, retention: { count: 9 } }]
        recovery: { rebuild: { site: b, device: spare } }
      nothing: {}
    """

  private func report(_ selection: Sweep.Selection = .init(), jobs: Int = 2) async throws -> SweepReport {
    let file = try ScenarioFile(SourceText(name: "fill.yaml", text: Self.text))
    let provenance = Provenance(version: "test", digest: "", arguments: [])
    return await Sweep(file.scenario, provenance: provenance, selection: selection).run(jobs: jobs)
  }

  @Test func samplesEndWithWhatTheMetersSay() async throws {
    let report = try await report()
    let nightly = report.strategies[0]
    let fill = try #require(nightly.fill)
    #expect(fill.vaults[0].count == fill.links[0].count + 1 && fill.links[0].count <= 48)
    #expect(fill.step * Int64(fill.links[0].count) == .days(4))
    let growth = nightly.vaults[0]
    #expect(fill.vaults[0].first == growth.atStart.bytes && fill.vaults[0].last == growth.atEnd.bytes)
    #expect(growth.atEnd.bytes > growth.atStart.bytes, "four nights add to the vault")
    #expect(fill.links[0].reduce(.zero, +) == nightly.metered.linkBytes[0])
    // A nightly backup uses the link in a few steps of the day alone.
    let used = fill.links[0].count { $0 > .zero }
    #expect(used >= 4 && used <= 12, "\(used) steps with traffic")
    let nothing = try #require(report.strategies[1].fill)
    #expect(nothing.vaults[0].allSatisfy { $0 == .zero } && nothing.links[0].allSatisfy { $0 == .zero })
  }

  /// Samples stand at instants of their own, so that shards and single drills show the same figure.
  @Test func samplesDependNeitherOnTheDisastersNorOnTheJobs() async throws {
    let all = try await report().strategies[0].fill
    var selection = Sweep.Selection()
    selection.disaster = "server"
    #expect(try await report(selection, jobs: 1).strategies[0].fill == all)
  }
}
