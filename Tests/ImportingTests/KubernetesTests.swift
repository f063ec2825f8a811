import Importing
import Testing
import Units

/// Objects of Kubernetes operators.
@Suite struct KubernetesTests {
  private static let claims = """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: data, namespace: shop }
    spec: { resources: { requests: { storage: 8Gi } } }
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: { name: cache, namespace: other }
    spec: { resources: { requests: { storage: 2G } } }

    """

  @Test func veleroProtectsTheNamespacesThatItNames() throws {
    let findings = try Findings(
      Self.claims + """
        ---
        apiVersion: velero.io/v1
        kind: Schedule
        metadata: { name: nightly }
        spec: { schedule: "0 3 * * *", template: { includedNamespaces: [shop] } }
        """)
    #expect(findings.volumes.map(\.size) == [.gibibytes(8), ByteCount(2_000_000_000)])
    #expect(findings.policies[0].retention.duration == .hours(720))
    let unprotected = Importer.scenario(from: findings, title: "T").unprotected
    #expect(unprotected.count == 1 && unprotected[0].hasPrefix("'cache' is in no backup selection"))
  }

  @Test func aPausedScheduleProtectsNothing() throws {
    let findings = try Findings(
      Self.claims + """
        ---
        apiVersion: velero.io/v1
        kind: Schedule
        metadata: { name: nightly }
        spec: { schedule: "0 3 * * *", paused: true, template: {} }
        """)
    #expect(Importer.scenario(from: findings, title: "T").unprotected.count == 3)
  }

  private static let source = """
    apiVersion: volsync.backube/v1alpha1
    kind: ReplicationSource
    metadata: { name: "${APP}-r2" }
    spec:
      sourcePVC: "${APP}"
      trigger: { schedule: "${CRON}" }
      restic: { retain: { daily: 7 } }
    """

  @Test func aVariableInADecidingFieldMustBeResolved() throws {
    let error = try #require(firstError(Self.source))
    #expect(
      error.hasPrefix("6: nobody resolves the variable 'CRON'; give its value with '--variable CRON=VALUE'"),
      "\(error)")
    var options = ImportOptions()
    options.variables = [("CRON", "30 1 * * *"), ("APP", "wiki")]
    let findings = try Findings(Self.source, options)
    #expect(findings.policies.map(\.name) == ["wiki-r2"])
    #expect(findings.rules == ["FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0"])
  }

  @Test func anEmptyIntervalOfRamenIsSynchronous() throws {
    func policy(_ interval: String) -> String {
      """
      apiVersion: ramendr.openshift.io/v1alpha1
      kind: DRPolicy
      metadata: { name: p }
      spec: { schedulingInterval: "\(interval)", drClusters: [east, west] }
      """
    }
    #expect(try Findings(policy("")).replications[0].mode == .synchronous)
    #expect(try Findings(policy("15m")).replications[0].mode == .interval(.minutes(15)))
    #expect(firstError(policy("15"))?.hasPrefix("4: '15' is no scheduling interval") == true)
    let scenario = try Findings(policy("15m")).scenario().scenario
    #expect(scenario.blueprint.sites.map(\.name) == ["east", "west"])
    #expect(scenario.strategies[0].disasterRecovery?.groups[0].mode.pointInterval == .minutes(15))
  }

  @Test func longhornKeepsByCount() throws {
    let text = """
      apiVersion: longhorn.io/v1beta2
      kind: RecurringJob
      metadata: { name: six-hourly }
      spec: { cron: "0 */6 * * *", task: backup, retain: 5, groups: [default], concurrency: 2 }
      """
    let policy = try Findings(text).policies[0]
    #expect(policy.retention.count == 5 && policy.tool == "Longhorn")
    #expect(policy.schedules.map(\.rule) == ["FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0;BYSECOND=0"])
  }

  @Test func aScheduledBackupTakesTheRetentionOfItsCluster() throws {
    let text = """
      apiVersion: postgresql.cnpg.io/v1
      kind: Cluster
      metadata: { name: pg }
      spec: { instances: 3, storage: { size: 20Gi }, backup: { retentionPolicy: 2w, barmanObjectStore: { destinationPath: s3://b } } }
      ---
      apiVersion: postgresql.cnpg.io/v1
      kind: ScheduledBackup
      metadata: { name: pg-backup }
      spec: { schedule: "0 0 2 * * *", cluster: { name: pg } }
      """
    let scenario = try Findings(text).scenario().scenario
    #expect(scenario.strategies.map(\.name) == ["pg", "nightly-elsewhere"])
    #expect(scenario.strategies[0].backups.count == 2)
    #expect(Importer.scenario(from: try Findings(text), title: "T").unprotected.isEmpty)
  }

  @Test func perconasRetentionIsACountOrDaysByItsType() throws {
    func cluster(_ type: String) -> String {
      """
      apiVersion: pgv2.percona.com/v2
      kind: PerconaPGCluster
      metadata: { name: pg }
      spec:
        instances: [{ dataVolumeClaimSpec: { resources: { requests: { storage: 1Gi } } } }]
        backups:
          pgbackrest:
            global: { repo1-retention-full: "14"\(type) }
            repos: [{ name: repo1, schedules: { full: "0 0 * * 6" } }]
      """
    }
    #expect(try Findings(cluster("")).policies[0].retention.count == 14)
    #expect(
      try Findings(cluster(", repo1-retention-full-type: time")).policies[0].retention.duration == .days(14))
  }

  @Test func zalandosLagOnFailoverIsSaid() throws {
    let text = """
      apiVersion: acid.zalan.do/v1
      kind: postgresql
      metadata: { name: acid-main }
      spec: { volume: { size: 5Gi }, patroni: { maximum_lag_on_failover: 33554432 } }
      """
    let findings = try Findings(text)
    #expect(findings.notes.contains { $0.text.contains("may lose up to 33554432 bytes") })
    #expect(findings.gaps.count == 1 && findings.volumes.map(\.size) == [.gibibytes(5)])
  }
}
