import Documents
import ScenarioLanguage
import Testing
import Units

/// The defaults of the scenario language: what a scenario may leave out, and what it then means.
@Suite struct DefaultsTests {
  private static let minimal = """
    title: A file server and its nightly backup
    objectives: { rpo: 24 h, rto: 48 h }
    sites:
      here:
    devices:
      disk: { site: here, kind: disk }
      store: { site: here, kind: objectStore }
    hosts:
      server: { site: here }
    services:
      files:
        host: server
        volumes:
          data: { device: disk, size: 100 GiB, workload: { rate: 100 kB/s } }
    vaults:
      vault: { device: store }
    disasters:
      deletion: { cause: accidentalDeletion, volumes: [data] }
    strategies:
      nightly:
        backups:
          - { vault: vault, schedule: FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0, retention: { count: 14 } }

    """

  @Test func aMinimalScenarioHasAtMostTwentyFiveLinesAndIsValid() throws {
    #expect(Self.minimal.split(separator: "\n").count <= 25)
    let file = try ScenarioFile(SourceText(name: "minimal.yaml", text: Self.minimal))
    #expect(file.scenario.strategies[0].title == "nightly")
    #expect(file.scenario.blueprint.sites[0].region == "here")
  }

  @Test func everyDefaultIsListedAsItWouldBeWritten() throws {
    let file = try ScenarioFile(SourceText(name: "minimal.yaml", text: Self.minimal))
    func text(_ path: String) -> String? { file.defaults.first { $0.path == path }?.text }
    #expect(text("seed") == "1")
    #expect(text("start") == "2026-03-02T00:00:00Z")
    #expect(text("sites.here.region") == "here")
    #expect(text("devices.disk.rate") == "400 MB/s")
    #expect(text("devices.disk.latency") == "200 us")
    #expect(text("devices.store.latency") == "8 ms")
    #expect(text("people.decide") == "{ lognormal: { median: 15 min, p95: 60 min } }")
    #expect(text("strategies.nightly.recovery.replace.device") == "24 h")
    #expect(text("scale") == "1/16384")
    #expect(text("title") == nil)
  }

  /// The defaults are no second meaning: written out they give the same scenario.
  @Test func defaultsWrittenOutGiveTheSameScenario() throws {
    let short = try ScenarioFile(SourceText(name: "minimal.yaml", text: Self.minimal))
    let settings = short.defaults.map { "\($0.path)=\($0.text)" }
    let long = try ScenarioFile(SourceText(name: "minimal.yaml", text: Self.minimal), settings: settings)
    #expect(long.defaults.isEmpty, "\(long.defaults)")
    #expect(String(describing: long.scenario) == String(describing: short.scenario))
  }

  @Test func aStatedScaleStays() throws {
    let file = try ScenarioFile(
      SourceText(name: "minimal.yaml", text: Self.minimal), settings: ["scale=1/4096"])
    #expect(file.scenario.scale == Scale(denominator: 4_096))
    #expect(!file.defaults.contains { $0.path == "scale" })
  }

  @Test func aCentreNeedsSitesWithCoordinates() throws {
    let text = Self.minimal.replacing(
      "strategies:",
      with:
        "  quake: { cause: earthquake, centre: { latitude: 1, longitude: 1 }, radius: 10 km }\nstrategies:"
    )
    let error = try #require(throws: InputError.self) {
      try ScenarioFile(SourceText(name: "minimal.yaml", text: text))
    }
    let wanted =
      "the site 'here' has no 'latitude' and 'longitude', and the disaster 'quake' is given by its centre"
    #expect(error.diagnostics.contains { $0.message == wanted && $0.line == 4 }, "\(error)")
  }
}
