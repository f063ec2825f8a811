import Estate
import Rehearsals
import Replication
import Testing
import Units

extension Shop {
  /// The shop whose database is a real one, with a standby in Berlin that applies its log.
  static func bank(
    database: String = "data: db-data, log: db-log, transactionsPerSecond: 300",
    volumes: String = "db-log: { device: array, size: 20 GiB, used: 50 % }",
    group: String = "layer: application, mode: semiSync, timeout: 5 s", standby: String = "kind: hotStandby"
  ) -> String {
    let text = text(
      with: """
                size: 200 GiB
                used: 10 %
              \(volumes)
            database: { \(database) }

        """,
      for: """
                size: 200 GiB
                used: 60 %
                workload:
                  rate: 400 kB/s
                  burst: { factor: 6, share: 5 %, length: 20 min }
                  skew: 0.9

        """)
    return text + """
          disasterRecovery:
            replication: { site: berlin, device: remote-array, \(group) }
            standby: { \(standby), redirect: 5 min }

      """
  }
}

/// The keys for a service that is a database, and that its log is replicated.
@Suite struct DatabaseScenarioTests {
  @Test func whatIsWrittenIsWhatTheDatabaseIs() throws {
    let scenario = try Shop.read(
      Shop.bank(
        database: "data: db-data, log: db-log, transactionsPerSecond: 300, diurnalSwing: 20 %, accounts: 99, "
          + "burst: { factor: 3, share: 10 %, length: 4 min }"))
    let plan = try #require(scenario.blueprint.services[0].database)
    #expect(plan.volumes == [VolumeID(0), VolumeID(1)] && plan.accounts == 99)
    #expect(plan.churn.perSecond == .percent(30_000) && plan.churn.rhythm.diurnalSwing == .percent(20))
    #expect(plan.churn.rhythm.burstFactor == .percent(300))
    #expect(scenario.blueprint.services[1].database == nil)
  }

  @Test(arguments: [
    ("mode: async", ApplicationMode.asynchronous, "async"),
    ("mode: semiSync", .semiSynchronous(timeout: .seconds(10), fallsBack: true), "semi_sync"),
    (
      "mode: semiSync, timeout: 3 s, fallback: false",
      .semiSynchronous(timeout: .seconds(3), fallsBack: false), "semi_sync"
    ),
    ("mode: syncFlush", .synchronousFlush, "sync_flush"),
    ("mode: syncApply", .synchronousApply, "sync_apply"),
  ])
  func everyModeOfTheLogHasItsWord(text: String, mode: ApplicationMode, name: String) throws {
    let scenario = try Shop.read(Shop.bank(group: "layer: application, \(text)"))
    let group = try #require(scenario.strategies[0].disasterRecovery?.groups.first)
    #expect(group.mode == .application(mode))
    #expect(group.mode.layerReportName == "application" && group.mode.modeReportName == name)
  }

  @Test(arguments: [
    ("data: db-data, log: db-data, transactionsPerSecond: 300", "cannot share a volume"),
    ("data: db-data, log: db-logs, transactionsPerSecond: 300", "db-logs"),
    ("data: db-data, log: db-log, transactionsPerSecond: 0", "nobody asks this database for anything"),
    ("data: db-data, log: db-log, transactionPerSecond: 3", "transactionPerSecond"),
    ("data: db-data, log: db-log, transactionsPerSecond: 900000", "transactions fall into the run"),
    ("data: db-data, log: db-log, transactionsPerSecond: 300, accounts: 1", "accounts"),
  ])
  func aDatabaseThatCannotBeIsToldSo(database: String, message: String) {
    let errors = Shop.errors(in: Shop.bank(database: database))
    #expect(errors.contains { $0.contains(message) }, "\(errors)")
  }

  @Test func aVolumeHasAWorkloadOrADatabaseThatWritesToIt() {
    let both = Shop.errors(
      in: Shop.bank(
        volumes: "db-log: { device: array, size: 20 GiB, used: 50 %, workload: { rate: 1 MB/s } }"))
    #expect(both.count == 1 && both[0].contains("'db-log' is written to by the database"), "\(both)")
    let none = Shop.errors(
      with: "",
      for: """
                workload:
                  rate: 400 kB/s
                  burst: { factor: 6, share: 5 %, length: 20 min }
                  skew: 0.9

        """)
    #expect(none.count == 1 && none[0].contains("the key 'workload' is missing"), "\(none)")
  }

  @Test func aLogVolumeWithoutRoomForOneTransactionIsRefused() {
    let errors = Shop.errors(in: Shop.bank(volumes: "db-log: { device: array, size: 1 GiB, used: 100 % }"))
    #expect(errors.count == 1 && errors[0].contains("no room beside the share in use"), "\(errors)")
  }

  @Test(arguments: [
    ("layer: application, mode: sync", "has no mode 'sync'"),
    ("layer: application, mode: async, timeout: 3 s", "'timeout' does not go with the mode 'async'"),
    ("layer: storage, mode: sync, flowControl: 1 MiB", "'flowControl' does not go with"),
    ("layer: application, mode: async, journal: 1 GiB", "'journal' does not go with"),
    ("layer: storage, mode: sync, applyDelay: 1 h", "'applyDelay' does not go with"),
    ("layer: application, mode: syncApply, applyDelay: 1 h", "every commit would wait for the delay"),
    ("layer: application, mode: async, applyDelay: 1 h, flowControl: 1 MiB", "commits would wait"),
    ("layer: application, mode: async, applyDelay: 0 s", "applyDelay"),
    ("layer: application, mode: async, volumes: [db-data]", "carries what is in db-data and db-log"),
  ])
  func whatDoesNotGoWithALogIsToldSo(group: String, message: String) {
    let errors = Shop.errors(in: Shop.bank(group: group))
    #expect(errors.contains { $0.contains(message) }, "\(errors)")
  }

  @Test func whereThereIsNoDatabaseThereIsNoLog() {
    let errors = Shop.errors(in: Shop.twoSites(replication: "layer: application, mode: async"))
    #expect(errors.count == 1 && errors[0].contains("no database whose log could be replicated"), "\(errors)")
  }

  @Test func aPilotLightAppliesNoLog() {
    let errors = Shop.errors(in: Shop.bank(standby: "kind: pilotLight, provision: 1 h"))
    #expect(errors.count == 1 && errors[0].contains("nothing runs in a pilot light"), "\(errors)")
  }

  @Test(arguments: [("virusAttack", true), ("accidentalDeletion", false), ("applicationUpdateError", false)])
  func aStandbyHelpsAgainstWhatPassesByTheLogAndAgainstNothingElse(cause: String, helps: Bool) async throws {
    let text = Shop.bank(group: "layer: application, mode: syncFlush")
      .replacing(
        "cause: accidentalDeletion, volumes: [db-data], share: 30 %",
        with: "cause: \(cause), volumes: [db-data, db-log], share: 30 %, dwell: 10 min"
      )
      .replacing("strikes: { at: [2026-03-11T04:00:00Z] }", with: "strikes: { spread: 1 }")
      .replacing("warmUp: 8 d", with: "warmUp: 2 h").replacing("window: 7 d", with: "window: 2 h")
      .replacing("strikes: { spread: 20 }", with: "strikes: { spread: 2 }")
    let report = await Sweep(
      try Shop.read(text), provenance: Provenance(version: "test", digest: "", arguments: []),
      selection: Sweep.Selection(disaster: "deletion")
    ).run(jobs: 1)
    let drills = report.strategies[0].disasters[0].drills
    #expect(drills.count == 2)
    for drill in drills {
      guard case .recovered(let recovered) = drill.outcome else {
        Issue.record("\(cause): \(drill.outcome)")
        continue
      }
      #expect(drill.restored.isEmpty == helps, "\(drill.restored)")
      #expect((recovered.lostTransactions == 0) == helps && (recovered.rpo == .zero) == helps, "\(recovered)")
    }
  }
}
