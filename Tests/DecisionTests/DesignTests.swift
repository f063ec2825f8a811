import Assessment
import Decision
import Documents
import ScenarioLanguage
import Testing
import Units

@Suite struct DesignTests {
  private static func file(
    _ choose: String, strikes: Int = 6, objectives: String = "{ rpo: 8 h, rto: 40 h }"
  ) throws -> ScenarioFile {
    let text = SmallShop.text
      .replacing("strikes: { spread: 4 }", with: "strikes: { spread: \(strikes) }")
      .replacing("title: Nightly backup", with: "title: Nightly backup\n    upkeep: { staff: 3 h }")
      .replacing("objectives: { rpo: 30 h, rto: 40 h }", with: "objectives: \(objectives)")
    return try SmallShop.file(text: text + choose)
  }

  /// Three schedules, two kinds of retention, two amounts of staff, and the second site: 14 designs.
  private static let choose = """
    choose:
      baseline: nightly
      vary:
        backups.0.schedule:
          - FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0
          - FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0
          - FREQ=HOURLY;BYMINUTE=0;BYSECOND=0
        backups.0.retention: [{ count: 14 }, { count: 60 }]
        upkeep: [{ staff: 2 h }, { staff: 4 h }]

    """

  private static func plan(_ file: ScenarioFile) async throws -> DesignReport {
    var study = DesignStudy(try DesignCatalog(file), jobs: 2)
    return try await study.run(arguments: ["shop.yaml"])
  }

  private static func isMet(_ report: Report) -> Bool {
    report.strategies.flatMap(\.disasters).allSatisfy { $0.verdict == .met }
  }

  // MARK: The answer

  @Test func aSmallSpaceGivesTheAnswerOfAnExhaustiveSearch() async throws {
    let catalog = try DesignCatalog(try Self.file(Self.choose))
    #expect(catalog.designs.count == 14)
    var costs: [(cost: Int64, number: Int)] = []
    for design in catalog.designs {
      let report = try await design.scenario.rehearsed(jobs: 2)
      let isExcluded = catalog.requirement.refutation(of: design.bounds) != nil
      let isMet = Self.isMet(report)
      // A closed form never excludes what a rehearsal shows to be right.
      #expect(!(isExcluded && isMet), "\(design.label)")
      let cost = report.costs.strategies[0].protection.minorUnits
      #expect(design.bounds.cost.minorUnits <= cost)
      if isMet { costs.append((cost, design.number)) }
    }
    costs.sort { ($0.cost, $0.number) < ($1.cost, $1.number) }
    var study = DesignStudy(catalog, jobs: 2)
    let report = try await study.run(arguments: [])
    #expect(report.plan.design.number == costs[0].number)
    #expect(report.plan.cost.minorUnits == costs[0].cost)
    #expect(report.runnerUp?.design.number == costs[1].number)
  }

  @Test func aLargeSpaceTakesFewRehearsals() async throws {
    let choose = """
      choose:
        from: [nightly]
        vary:
          backups.0.schedule:
            - FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0
            - FREQ=HOURLY;INTERVAL=12;BYMINUTE=0;BYSECOND=0
            - FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0
          backups.0.retention: [{ count: 14 }, { count: 20 }, { count: 30 }, { count: 60 }]
          backups.0.lock: [none, 1 d, 2 d]
          upkeep: [{ staff: 1 h }, { staff: 2 h }, { staff: 3 h }, { staff: 4 h }, { staff: 5 h }]

      """
    let report = try await Self.plan(try Self.file(choose, strikes: 100))
    #expect(report.designCount == 180)
    #expect(report.drills * 20 <= report.exhaustiveDrills)
    #expect(report.plan.design.choices[0].value == "FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0")
    #expect(report.plan.design.choices[3].value == "{ staff: 1 h }")
  }

  @Test func thePlanIsAScenarioThatRunsAndMeetsItsObjectives() async throws {
    let report = try await Self.plan(try Self.file(Self.choose))
    let again = try SmallShop.file(text: report.plan.design.yaml(heading: "The plan"))
    let rehearsed = try await again.scenario.rehearsed(jobs: 1)
    #expect(Self.isMet(rehearsed))
    #expect(rehearsed.costs.strategies[0].protection == report.plan.cost)
    #expect(again.scenario.strategies.map(\.name) == ["plan"])
    #expect(again.designSpace == nil)
  }

  @Test func theLeastChangeKeepsWhatTheBaselineHas() async throws {
    let report = try await Self.plan(try Self.file(Self.choose, objectives: "{ rpo: 2 h, rto: 40 h }"))
    let nearest = try #require(report.leastChange)
    // The schedule, and the staff, of which no alternative is today's.
    #expect(nearest.design.choices[0].value == "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0")
    #expect(nearest.design.choices[1].value == "{ count: 14 }")
    #expect(nearest.design.changes == 2)
  }

  @Test func anHourLessRPOCostsWhatTheNextScheduleCosts() async throws {
    let report = try await Self.plan(try Self.file(Self.choose, objectives: "{ rpo: 7 h, rto: 40 h }"))
    let price = try #require(report.prices.first { $0.kind == .rpo })
    #expect(price.step == .hours(1))
    #expect(report.plan.design.choices[0].value == "FREQ=HOURLY;INTERVAL=6;BYMINUTE=0;BYSECOND=0")
    let shorter = try #require(price.shorter)
    #expect(shorter.cost.minorUnits >= report.plan.cost.minorUnits)
    let without = try #require(price.without)
    #expect(without.cost.minorUnits <= report.plan.cost.minorUnits)
    #expect(without.design.choices[0].value == "FREQ=DAILY;BYHOUR=1;BYMINUTE=0;BYSECOND=0")
  }

  @Test func anInterruptedSearchGoesOnWithoutRehearsingAnythingAgain() async throws {
    let catalog = try DesignCatalog(try Self.file(Self.choose))
    var records: [TrialRecord] = []
    var first = DesignStudy(catalog, jobs: 2, keep: { records.append($0) })
    let whole = try await first.run(arguments: [])
    let stored = PositionalEncoder.bytes(of: records)
    let read = try #require(PositionalDecoder.value([TrialRecord].self, from: stored))
    var more = 0
    var second = DesignStudy(catalog, jobs: 1, resuming: read, keep: { _ in more += 1 })
    let resumed = try await second.run(arguments: [])
    #expect(more == 0)
    #expect(resumed.plan.design.number == whole.plan.design.number)
    #expect(resumed.drills == whole.drills)
  }

  // MARK: Bad input

  private static func refusal(_ choose: String, objectives: String = "{ rpo: 8 h, rto: 40 h }") async throws
    -> String
  {
    let error = try await #require(throws: InputError.self) {
      _ = try await plan(try file(choose, objectives: objectives))
    }
    return error.description
  }

  @Test func aScenarioWithoutASpaceIsRefused() async throws {
    #expect(try await Self.refusal("").contains("names no designs to choose from"))
  }

  @Test func aSpaceThatIsTooLargeSaysItsSize() async throws {
    let staff = (1...18).map { "{ staff: \($0) h }" }.joined(separator: ", ")
    let counts = (1...20).map { "{ count: \($0) }" }.joined(separator: ", ")
    let days = (["none"] + (1...19).map { "\($0) d" }).joined(separator: ", ")
    let text = try await Self.refusal(
      """
      choose:
        from: [nightly]
        vary: { upkeep: [\(staff)], backups.0.retention: [\(counts)], backups.0.lock: [\(days)] }

      """)
    #expect(text.contains("the space has up to 7200 designs, and at most 5000 are compared"))
  }

  @Test func anRPOBelowEveryScheduleIsToldBeforeAnythingIsRehearsed() async throws {
    let text = try await Self.refusal(
      """
      choose:
        from: [nightly]
        vary: { backups.0.retention: [{ count: 14 }, { count: 20 }] }

      """, objectives: "{ rpo: 1 h, rto: 40 h }")
    #expect(text.contains("no design of the space can meet the RPO of 1 h against 'deletion'"))
    #expect(text.contains("its points are at least 24 h apart") || text.contains("1 d apart"))
  }

  @Test func anObjectiveThatNoDesignMeetsIsNamedWithTheNearestDesign() async throws {
    let text = try await Self.refusal(
      """
      choose:
        from: [nightly]
        vary: { upkeep: [{ staff: 1 h }, { staff: 2 h }] }

      """, objectives: "{ rpo: 30 h, rto: 5 h }")
    #expect(text.contains("no design of the space meets the rto against 'array-failure'"))
    #expect(text.contains("the nearest is 'nightly; upkeep: { staff: 1 h }'"))
  }

  @Test func aWiderScopeWithAShorterObjectiveIsAContradiction() async throws {
    let text = try await Self.refusal(
      """
      choose:
        objectives: { az: { rpo: 8 h, rto: 10 h }, region: { rpo: 8 h, rto: 2 h } }
        vary: { upkeep: [{ staff: 1 h }, { staff: 2 h }] }

      """)
    #expect(text.contains("the rto objective against a loss of the region is shorter than against az"))
  }

  /// Every command refuses a misspelt path, not only `plan`.
  @Test(
    arguments: [
      ("vary: { backups.0.retentions: [{ count: 14 }] }", "there is no key 'retentions' here"),
      ("vary: { backups.first.retention: [{ count: 14 }] }", "'first' is not a place in a list"),
      ("vary: { upkeep.staff.hours: [2 h, 4 h] }", "there is nothing below a single value"),
      ("vary: { links.backbon.rate: [1 Gbit/s] }", "there is no 'backbon' to change"),
      ("combine: { staff: [{ upkep.staff: 2 h }] }", "there is no key 'upkep' here"),
    ])
  func aMisspeltPathIsNamedOnReading(choose: String, message: String) throws {
    let error = #expect(throws: InputError.self) {
      _ = try Self.file("choose:\n  from: [nightly]\n  \(choose)\n")
    }
    let diagnostic = try #require(error?.diagnostics.first)
    #expect(diagnostic.message.hasSuffix(message), "\(diagnostic)")
    #expect(diagnostic.line > 0)
  }

  @Test func aPathThatNoStrategyHasIsNamed() async throws {
    let text = try await Self.refusal(
      "choose:\n  from: [nightly]\n  vary: { disasterRecovery.standby.kind: [hotStandby] }\n")
    #expect(text.contains("no strategy has a place for 'disasterRecovery.standby.kind'"))
  }

  @Test func aValueThatAStrategyDoesNotStateIsOnlyChosenBesideNone() throws {
    func count(_ locks: String) throws -> Int {
      let vary = "vary: { backups.0.lock: \(locks), backups.0.retention: [{ count: 14 }, { count: 9 }] }"
      return try DesignCatalog(try Self.file("choose:\n  from: [nightly, hot]\n  \(vary)\n")).designs.count
    }
    #expect(try count("[none, 1 d, 2 d]") == 7)
    #expect(throws: InputError.self) { try count("[1 d, 2 d]") }
  }

  @Test func valuesThatBelongTogetherAreSetTogether() throws {
    let catalog = try DesignCatalog(
      try Self.file(
        """
        choose:
          from: [nightly]
          combine:
            kept:
              - {}
              - { backups.0.lock: 3 d, backups.0.retention: { duration: 3 d } }
          vary: { links.metro.rate: [1 Gbit/s, 10 Gbit/s] }

        """))
    #expect(catalog.designs.count == 4)
    #expect(catalog.designs.filter { $0.strategy.backups[0].lock != nil }.count == 2)
    #expect(Set(catalog.designs.map(\.estate)).count == 2)
  }
}
