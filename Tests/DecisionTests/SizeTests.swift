import Decision
import Documents
import ScenarioLanguage
import Testing
import Units

/// A volume that is written at 20 kB/s all the time, of which 512 MiB are used, replicated over a link of 10 Mbit/s.
@Suite struct SizeTests {
  private static func file(_ settings: String...) throws -> ScenarioFile {
    let replication =
      "replication: { layer: hostIO, mode: async, checkpoint: 1 min, journal: 72 MB, site: there, device: there-array }"
    let text = SmallShop.text
      .replacing(
        "replication: { layer: storage, mode: sync, site: there, device: there-array }", with: replication
      )
      .replacing("rate: 1 Gbit/s, latency: 500 us", with: "rate: 10 Mbit/s, latency: 500 us")
      .replacing("warmUp: 2 d", with: "warmUp: 2 h").replacing("window: 2 d", with: "window: 6 h")
      .replacing("scale: 1/4096", with: "scale: 1/64")
      .replacing("rate: 20 kB/s,", with: "rate: 20 kB/s, diurnalSwing: 0 %, weekendDrop: 0 %,")
    return try ScenarioFile(SourceText(name: "shop.yaml", text: text), settings: settings)
  }

  private static func study(
    _ strategy: String, _ disaster: String, _ resources: [SizedResource], settings: [String] = []
  ) async throws -> SizeReport {
    let base = try file()
    let changed = try ScenarioFile(path: "shop.yaml", settings: settings, of: base)
    var study = SizeStudy(
      changed, settings: settings, strategy: strategy, disaster: disaster, reach: .minutes(30), jobs: 2)
    study.resources = resources
    return try await study.run(arguments: ["shop.yaml"])
  }

  @Test func theFirstCopyTakesTheUsedBytesAtTheRateOfTheLink() async throws {
    let report = try await Self.study("hot", "array-failure", [])
    let copy = try #require(report.firstCopy)
    // 512 MiB at 1.25 MB/s: 429 s, and what is written meanwhile.
    #expect(copy.time > .seconds(425) && copy.time < .seconds(480))
    #expect(copy.done - copy.notYet <= .seconds(1))
  }

  @Test func aJournalReachesBackNoFurtherThanItsSizeOverTheWriteRate() async throws {
    let report = try await Self.study("hot", "array-failure", [.journal])
    // 72 MB at 20 kB/s are an hour in the mean; writes arrive at random, 262 kB each at this scale.
    let reach = try #require(report.reaches.first { $0.level == .percent(90) }?.reach)
    #expect(reach > .zero && reach < .minutes(66))
    let answer = try #require(report.answers.first { $0.level == .percent(90) })
    let enough = try #require(answer.threshold.enough)
    let tooLittle = try #require(answer.threshold.tooLittle)
    // Half an hour is 36 MB in the mean, and more must fit for nine instants of ten.
    #expect(enough > 35_000_000)
    #expect(tooLittle < enough && tooLittle > 32_000_000)
    #expect(try #require(answer.shareWithEnough) >= .percent(90))
    #expect(try #require(answer.shareWithTooLittle) < .percent(90))
  }

  @Test func theLeastRestoreRateIsThatOfTheUsedBytesInTheTimeThatIsLeft() async throws {
    // Each phase is constant: 60 min with people and checks, and the restore in the time that is left.
    let settings = [
      "people.detect=5 min", "people.declare=5 min", "people.decide=5 min", "objectives.rto=65 min",
      "services.database.volumes.db-data.workload.compressibility=0 %",
    ]
    let report = try await Self.study("nightly", "deletion", [.restore], settings: settings)
    let answer = try #require(report.answers.first { $0.level == .one })
    #expect(try #require(answer.shareWithEnough) == .one)
    #expect(try #require(answer.shareWithTooLittle) < .one)
    let loose = try await Self.study(
      "nightly", "deletion", [.restore], settings: settings + ["objectives.rto=2 h"])
    let less = try #require(loose.answers.first { $0.level == .one }?.threshold.enough)
    #expect(try #require(answer.threshold.enough) > less)
  }

  @Test func linksAreOnlyAskedForWhereTheStrategySendsOverThem() async throws {
    let report = try await Self.study("nightly", "deletion", [.link, .buffer, .journal, .staff])
    #expect(report.answers.isEmpty)
  }
}
