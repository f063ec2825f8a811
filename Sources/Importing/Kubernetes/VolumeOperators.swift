import Documents
import Units

/// VolSync: copies of claims by restic or rsync.
enum VolSync {
  static func read(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let claim = object.variables.resolved(object.spec?["sourcePVC"]?.text ?? object.name).text
    let trigger = object.spec?["trigger"]
    let movers = ["restic", "rsyncTLS", "rsync", "rclone", "syncthing"]
    let mover = movers.first { object.spec?[$0] != nil } ?? "restic"
    let body = object.spec?[mover]
    let schedules = try object.schedules(trigger["schedule"], .robfig, "trigger.schedule")
    let origin = object.origin(trigger["schedule"], "trigger.schedule")
    if schedules.isEmpty, mover != "syncthing" {
      findings.gap("'\(claim)' is copied by hand only: its trigger has no schedule", origin)
    }
    var policy = Policy(
      name: object.name, tool: "VolSync", schedules: schedules,
      retention: try retention(body["retain"], object),
      selections: [.objects([claim, "\(object.namespace)/\(claim)"])], origin: origin)
    if mover != "restic" {
      policy.retention = Retention()
      policy.retention.count = 1
      policy.comments.append("\(mover) keeps the newest copy only")
    }
    policy.isEnabled = object.spec?["paused"]?.flag != true
    policy.isByHand = schedules.isEmpty
    if let method = try object.text(body["copyMethod"]), method == "Direct" {
      policy.comments.append(
        "copyMethod Direct copies a volume while it changes: the copy may be inconsistent")
    }
    if let prune = try object.integer(body["pruneIntervalDays"]) {
      policy.comments.append("space is freed every \(prune) days")
    }
    findings.policies.append(policy)
  }

  private static func retention(_ words: Datum?, _ object: KubernetesObject) throws(InputError) -> Retention {
    var texts: [(String, String)] = []
    for (key, value) in words?.members ?? [] {
      if let text = try object.text(value) { texts.append((key, text)) }
    }
    var retention = KeepWords.restic { word in texts.first { $0.0 == word }?.1 }
    if let hourly = texts.first(where: { $0.0 == "hourly" })?.1 {
      retention.comments = [
        "hourly \(hourly) keeps the newest point of each of \(hourly) hours that have one: more time on a slower schedule"
      ]
      // On a schedule slower than hourly each point is the newest of its hour.
      retention.count = Int(hourly)
      retention.duration = nil
    }
    if retention.isEmpty {
      retention.count = 1
      retention.comments = ["no 'retain': the newest point stays"]
    }
    return retention
  }
}

/// Longhorn: jobs for groups of volumes.
enum Longhorn {
  static func readJob(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let task = try object.text(object.spec?["task"]) ?? "backup"
    guard task.hasPrefix("backup") || task.hasPrefix("snapshot"), !task.contains("cleanup"),
      !task.contains("delete")
    else {
      return findings.note(
        "the job '\(object.name)' makes no backup: its task is '\(task)'", object.origin(nil, "task"))
    }
    let groups = (object.spec?["groups"]?.items ?? []).compactMap(\.text)
    var policy = Policy(
      name: object.name, tool: "Longhorn",
      schedules: try object.schedules(object.spec?["cron"], .robfig, "cron"),
      retention: Retention(), selections: [], origin: object.origin(object.spec?["cron"], "cron"))
    policy.selections =
      groups.contains("default")
      ? [.everything]
      : [
        .tagged(
          groups.map { Tag(key: "recurring-job-group.longhorn.io/\($0)", value: "enabled") }
            + [Tag(key: "recurring-job.longhorn.io/\(object.name)", value: "enabled")])
      ]
    policy.retention.count = max(1, try object.integer(object.spec?["retain"]) ?? 1)
    policy.isSnapshot = task.hasPrefix("snapshot")
    policy.comments = ["a backup is made only of a volume that is attached and has new data"]
    findings.policies.append(policy)
  }

  static func readVolume(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let claim = object.datum["status", "kubernetesStatus", "pvcName"]?.text
    let labels = (object.datum["metadata", "labels"]?.members ?? []).compactMap { key, value in
      value.text.map { Tag(key: key, value: $0) }
    }
    findings.volumes.append(
      FoundVolume(
        name: claim ?? object.name, ids: [object.name] + [claim].compactMap { $0 },
        size: try object.size(object.spec?["size"]),
        place: FoundPlace(), tags: labels, origin: object.origin(object.spec?["size"], "size")))
  }
}

/// Ramen: replication of volumes between clusters.
enum Ramen {
  /// Reads an object; returns whether it is relevant to the rehearsal.
  static func read(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) -> Bool {
    switch object.kind {
    case "DRPolicy":
      let clusters = (object.spec?["drClusters"]?.items ?? []).compactMap(\.text)
      let mode = try mode(object.spec?["schedulingInterval"], object)
      findings.replications.append(
        FoundReplication(
          name: object.name, mode: mode, sites: clusters,
          comments: [
            "volumes only: Kubernetes objects are captured at an interval of their own, so there are two RPOs"
          ],
          origin: object.origin(object.spec?["schedulingInterval"], "schedulingInterval")))
    case "VolumeReplicationGroup":
      let interval = object.spec?["async", "schedulingInterval"]
      let capture =
        try object.text(object.spec?["kubeObjectProtection", "captureInterval"]) ?? "5m, the default"
      findings.replications.append(
        FoundReplication(
          name: object.name, mode: object.spec?["async"] == nil ? .synchronous : try mode(interval, object),
          sites: [],
          comments: ["Kubernetes objects are captured every \(capture): an RPO of their own"],
          origin: object.origin(interval, "async.schedulingInterval")))
    default: return false
    }
    return true
  }

  /// Reads the mode from `1h`, `15m` or `1d`; empty means synchronous.
  private static func mode(_ value: Datum?, _ object: KubernetesObject) throws(InputError)
    -> FoundReplication.Mode
  {
    let text = try object.text(value) ?? ""
    if text.isEmpty { return .synchronous }
    let factors: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
    if let unit = text.last, let factor = factors[unit], let number = Int64(text.dropLast()), number > 0,
      number < 100_000
    {
      return .interval(.seconds(number * factor))
    }
    throw (value ?? object.datum).tape.text.failure(
      offset: (value ?? object.datum).offset, "'\(text)' is no scheduling interval",
      hint: "write minutes, hours or days, for example '15m', or nothing for synchronous replication")
  }
}
