import Documents
import Units

/// CloudNativePG: clusters of PostgreSQL and their scheduled backups.
enum CloudNativePG {
  static func readCluster(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let size = object.spec?["storage", "size"]
    var volume = FoundVolume(
      name: object.name, ids: [object.name, "\(object.namespace)/\(object.name)"],
      size: try object.size(size),
      role: .database("postgresql"), place: FoundPlace(), origin: object.origin(size, "storage.size"))
    let backup = object.spec?["backup"]
    let plugins = object.spec?["plugins"]?.items.contains { $0["isWALArchiver"]?.flag == true } ?? false
    guard backup != nil || plugins else {
      findings.gap("the cluster '\(object.name)' has no backup section: it archives nothing", volume.origin)
      findings.volumes.append(volume)
      return
    }
    volume.isProtectedByItself = true
    findings.volumes.append(volume)
    var policy = Policy(
      name: object.name, tool: "CloudNativePG", schedules: [], retention: Retention(),
      selections: [.objects([object.name])],
      origin: object.origin(backup["retentionPolicy"], "backup.retentionPolicy"))
    policy.isContinuous = backup["barmanObjectStore"] != nil || plugins
    if let written = try object.text(backup["retentionPolicy"]), let unit = written.last,
      let days = (["d": 1, "w": 7, "m": 31] as [Character: Int64])[unit],
      let number = Int64(written.dropLast()), number > 0
    {
      policy.retention.duration = .days(min(number * days, 3_650))
      policy.retention.comments = ["a recovery window: the first backup older than it stays too"]
    } else {
      policy.retention.isPermanent = true
      policy.retention.comments = ["no retentionPolicy: nothing is removed"]
    }
    let timeout = try object.text(object.spec?["postgresql", "parameters", "archive_timeout"]) ?? "5min"
    policy.comments = ["the log is archived at least every \(timeout)"]
    let wanted = object.spec?["minSyncReplicas"] ?? object.spec?["postgresql", "synchronous", "number"]
    let replicas = try object.integer(wanted) ?? 0
    if replicas > 0 { policy.comments.append("commits wait for \(replicas) standby of the same cluster") }
    findings.policies.append(policy)
  }

  static func readBackup(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let cluster = object.variables.resolved(object.spec?["cluster", "name"]?.text ?? "").text
    var policy = Policy(
      name: object.name, tool: "CloudNativePG",
      schedules: try object.schedules(object.spec?["schedule"], .robfigWithSeconds, "schedule"),
      retention: Retention(),
      selections: [.objects([cluster])], origin: object.origin(object.spec?["schedule"], "schedule"))
    policy.isEnabled = object.spec?["suspend"]?.flag != true
    policy.comments = ["of the cluster '\(cluster)'"]
    findings.policies.append(policy)
  }
}

/// Zalando's operator for PostgreSQL.
enum Zalando {
  /// Reads an object; returns whether it is relevant to the rehearsal.
  static func read(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) -> Bool {
    guard object.kind == "postgresql" else { return false }
    let size = object.spec?["volume", "size"]
    findings.volumes.append(
      FoundVolume(
        name: object.name, ids: [object.name, "\(object.namespace)/\(object.name)"],
        size: try object.size(size),
        role: .database("postgresql"), place: FoundPlace(), origin: object.origin(size, "volume.size")))
    let lag = object.spec?["patroni", "maximum_lag_on_failover"]
    if let bytes = try object.integer(lag) {
      findings.note(
        "an automatic failover of '\(object.name)' may lose up to \(bytes) bytes of log",
        object.origin(lag, "patroni"))
    }
    guard object.spec?["enableLogicalBackup"]?.flag == true else {
      let origin = object.origin(object.spec?["enableLogicalBackup"], "enableLogicalBackup")
      findings.gap(
        "'\(object.name)' makes no logical backup; only the operator's configuration can say whether its log is archived",
        origin)
      return true
    }
    let schedule = object.spec?["logicalBackupSchedule"]
    var schedules = try object.schedules(schedule, .robfig, "logicalBackupSchedule")
    if schedules.isEmpty {
      schedules = [
        Schedule(
          rule: "FREQ=DAILY;BYHOUR=0;BYMINUTE=30;BYSECOND=0", written: "30 00 * * *", zone: "UTC",
          comments: ["the operator's default"], origin: object.origin(nil, "logicalBackupSchedule"))
      ]
    }
    findings.policies.append(
      Policy(
        name: object.name, tool: "logical backup", schedules: schedules, retention: Retention(),
        selections: [.objects([object.name])], origin: object.origin(schedule, "logicalBackupSchedule")))
    return true
  }
}

/// The operators of Percona, and of Crunchy Data for PostgreSQL.
enum Percona {
  static func readPostgres(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let claim = object.spec?["instances"]?.items.first?[
      "dataVolumeClaimSpec", "resources", "requests", "storage"]
    try addVolume(object, claim, "postgresql", &findings)
    let body = object.spec?["backups", "pgbackrest"]
    for repository in body["repos"]?.items ?? [] {
      let repo = repository["name"]?.text ?? "repo1"
      var schedules: [Schedule] = []
      for kind in ["full", "differential", "incremental"] {
        schedules += try object.schedules(repository["schedules", kind], .robfig, "\(repo).\(kind)")
      }
      var policy = Policy(
        name: "\(object.name)-\(repo)", tool: "pgBackRest", schedules: schedules, retention: Retention(),
        selections: [.objects([object.name])], origin: object.origin(repository["schedules"], repo))
      policy.isContinuous = true
      let isTime = try object.text(body["global", "\(repo)-retention-full-type"]) == "time"
      if let number = try object.integer(body["global", "\(repo)-retention-full"]), number > 0 {
        if isTime {
          policy.retention.duration = .days(Int64(min(number, 3_650)))
        } else {
          policy.retention.count = number
        }
        policy.retention.comments = [isTime ? "days, by its type" : "full backups, by its type"]
      } else {
        policy.retention.isPermanent = true
      }
      if schedules.isEmpty {
        findings.gap("'\(policy.name)' has no schedule: it is backed up by hand only", policy.origin)
      }
      policy.isByHand = schedules.isEmpty
      findings.policies.append(policy)
    }
    if (body["repos"]?.items ?? []).isEmpty || object.spec?["backups", "enabled"]?.flag == false {
      findings.gap(
        "'\(object.name)' has no repository for backups", object.origin(object.spec?["backups"], "backups"))
    }
  }

  static func readMySQL(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let claim = object.spec?["pxc", "volumeSpec", "persistentVolumeClaim", "resources", "requests", "storage"]
    try addVolume(object, claim, "mysql", &findings)
    try addTasks(object, object.spec?["backup", "schedule"]?.items ?? [], &findings)
  }

  static func readMongo(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let set = object.spec?["replsets"]?.items.first
    try addVolume(
      object, set["volumeSpec"]?["persistentVolumeClaim", "resources", "requests", "storage"], "mongodb",
      &findings)
    guard object.spec?["backup", "enabled"]?.flag != false else {
      return findings.gap(
        "the backups of '\(object.name)' are disabled", object.origin(object.spec?["backup"], "backup"))
    }
    try addTasks(object, object.spec?["backup", "tasks"]?.items ?? [], &findings)
  }

  private static func addVolume(
    _ object: KubernetesObject, _ size: Datum?, _ engine: String, _ findings: inout Findings
  ) throws(InputError) {
    findings.volumes.append(
      FoundVolume(
        name: object.name, ids: [object.name, "\(object.namespace)/\(object.name)"],
        size: try object.size(size),
        role: .database(engine), place: FoundPlace(), origin: object.origin(size, "storage")))
  }

  private static func addTasks(
    _ object: KubernetesObject, _ tasks: [Datum], _ findings: inout Findings
  ) throws(InputError) {
    if tasks.isEmpty {
      findings.gap(
        "nothing schedules a backup of '\(object.name)'", object.origin(object.spec?["backup"], "backup"))
    }
    for task in tasks {
      let name = task["name"]?.text ?? "task"
      var policy = Policy(
        name: "\(object.name)-\(name)", tool: "Percona operator",
        schedules: try object.schedules(task["schedule"], .robfig, name), retention: Retention(),
        selections: [.objects([object.name])], origin: object.origin(task["schedule"], name))
      policy.isEnabled = task["enabled"]?.flag != false
      policy.isContinuous = object.spec?["backup", "pitr", "enabled"]?.flag == true
      let count = try object.integer(task["retention", "count"] ?? task["keep"]) ?? 0
      if count > 0 {
        policy.retention.count = count
      } else {
        policy.retention.isPermanent = true
        policy.retention.comments = ["keep is 0: nothing is removed"]
      }
      findings.policies.append(policy)
    }
  }
}
