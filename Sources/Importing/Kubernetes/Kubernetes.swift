import Documents
import Units

/// The objects of Kubernetes: claims, and the schedules and policies of backup operators.
enum Kubernetes {
  static func recognises(_ document: Datum) -> Bool {
    document["apiVersion"]?.text != nil && document["kind"]?.text != nil
  }

  static func read(_ documents: [Datum], _ variables: [String: String]) throws(InputError) -> Findings {
    var findings = Findings()
    var diagnostics: [Diagnostic] = []
    var ignored: [String] = []
    for datum in documents.flatMap(items) where recognises(datum) {
      let object = KubernetesObject(
        kind: datum["kind"]?.text ?? "",
        group: datum["apiVersion"]?.text?.split(separator: "/").first.map(String.init) ?? "",
        datum: datum, variables: Variables(values: variables))
      do throws(InputError) {
        if try !read(object, &findings), !ignored.contains(object.kind) { ignored.append(object.kind) }
      } catch {
        diagnostics += error.diagnostics
      }
      let missing = object.variables.resolved(datum["metadata", "name"]?.text ?? "").missing
      if let name = missing.first {
        findings.note(
          "the name keeps the variable '\(name)', which nobody resolves", object.origin(nil, "metadata.name"))
      }
    }
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
    if !ignored.isEmpty, let first = documents.first {
      findings.note(
        "kinds without a part in the rehearsal: \(ignored.joined(separator: ", "))", first.origin())
    }
    return findings
  }

  private static func items(_ document: Datum) -> [Datum] {
    document["kind"]?.text?.hasSuffix("List") == true ? document["items"]?.items ?? [] : [document]
  }

  /// Reads an object; returns whether it is relevant to the rehearsal.
  private static func read(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) -> Bool
  {
    switch (object.group, object.kind) {
    case (_, "PersistentVolumeClaim"): try readClaim(object, &findings)
    case ("apps", "StatefulSet"): return try readStatefulSet(object, &findings)
    case ("velero.io", "Schedule"): try readVelero(object, &findings)
    case ("volsync.backube", "ReplicationSource"): try VolSync.read(object, &findings)
    case ("ramendr.openshift.io", _): return try Ramen.read(object, &findings)
    case ("longhorn.io", "RecurringJob"): try Longhorn.readJob(object, &findings)
    case ("longhorn.io", "Volume"): try Longhorn.readVolume(object, &findings)
    case ("postgresql.cnpg.io", "Cluster"): try CloudNativePG.readCluster(object, &findings)
    case ("postgresql.cnpg.io", "ScheduledBackup"): try CloudNativePG.readBackup(object, &findings)
    case ("acid.zalan.do", _): return try Zalando.read(object, &findings)
    case (_, "PerconaPGCluster"), (_, "PostgresCluster"): try Percona.readPostgres(object, &findings)
    case (_, "PerconaXtraDBCluster"): try Percona.readMySQL(object, &findings)
    case (_, "PerconaServerMongoDB"): try Percona.readMongo(object, &findings)
    case ("batch", "CronJob"): return try readCronJob(object, &findings)
    default: return false
    }
    return true
  }

  private static func readClaim(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let requested =
      object.datum["status", "capacity", "storage"] ?? object.spec?["resources", "requests", "storage"]
    let labels = (object.datum["metadata", "labels"]?.members ?? []).compactMap { key, value in
      value.text.map { Tag(key: key, value: $0) }
    }
    findings.volumes.append(
      FoundVolume(
        name: object.name, ids: [object.name, "\(object.namespace)/\(object.name)"],
        size: try object.size(requested),
        place: FoundPlace(), tags: labels, origin: object.origin(requested, "storage")))
  }

  /// Reads the claims that a stateful set makes for each of its pods.
  private static func readStatefulSet(
    _ object: KubernetesObject, _ findings: inout Findings
  ) throws(InputError) -> Bool {
    let templates = object.spec?["volumeClaimTemplates"]?.items ?? []
    let replicas = try object.integer(object.spec?["replicas"]) ?? 1
    for template in templates {
      let claim = template["metadata", "name"]?.text ?? "data"
      let requested = template["spec", "resources"]?["requests", "storage"]
      for pod in 0..<max(0, min(replicas, 1_000)) {
        let name = "\(claim)-\(object.name)-\(pod)"
        findings.volumes.append(
          FoundVolume(
            name: name, ids: [name, "\(object.namespace)/\(name)"], size: try object.size(requested),
            place: FoundPlace(), origin: object.origin(requested, "\(claim).storage")))
      }
    }
    return !templates.isEmpty
  }

  private static func readVelero(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError) {
    let template = object.spec?["template"]
    let namespaces = (template["includedNamespaces"]?.items ?? []).compactMap(\.text)
    let isAll = namespaces.isEmpty || namespaces.contains("*")
    let patterns = isAll ? ["*"] : namespaces.map { "\($0)/*" }
    let selectors = ([template["labelSelector"]] + (template["orLabelSelectors"]?.items ?? [])).compactMap {
      $0
    }
    let conditions = selectors.map(Self.conditions).filter { !$0.isEmpty }
    var policy = Policy(
      name: object.name, tool: "Velero",
      schedules: try object.schedules(object.spec?["schedule"], .robfig, "schedule"),
      retention: Retention(),
      selections: conditions.isEmpty
        ? [isAll ? .everything : .objects(patterns)] : conditions.map { .matching(patterns, $0) },
      origin: object.origin(object.spec?["schedule"], "schedule"))
    let ttl = try object.text(template["ttl"]) ?? "720h0m0s"
    policy.retention.duration =
      GoDuration.seconds(ttl).flatMap { $0 > 0 ? .seconds(Int64($0)) : nil } ?? .hours(720)
    if template["ttl"] == nil { policy.retention.comments = ["the default time to live, 720 h"] }
    policy.isEnabled = object.spec?["paused"]?.flag != true
    policy.comments = ["the schedule is in the zone of Velero's server, UTC as a rule"]
    if template["snapshotVolumes"]?.flag == false, template["defaultVolumesToFsBackup"]?.flag != true {
      findings.gap(
        "'\(object.name)' backs up objects only: no volumes",
        object.origin(template["snapshotVolumes"], "snapshotVolumes"))
      policy.selections = [.nothing]
    }
    if object.spec?["useOwnerReferencesInBackup"]?.flag == true {
      findings.note("deleting the schedule '\(object.name)' deletes its backups", policy.origin)
    }
    policy.exclusions = (template["excludedNamespaces"]?.items ?? []).compactMap(\.text).map { "\($0)/*" }
    if let excluded = template["excludedNamespaces"]?.items, !excluded.isEmpty {
      policy.comments.append("without the namespaces \(excluded.compactMap(\.text).joined(separator: ", "))")
    }
    findings.policies.append(policy)
  }

  /// Returns the conditions of a label selector: `matchLabels`, and `In` and `NotIn` with one value.
  private static func conditions(_ selector: Datum) -> [TagCondition] {
    let equal = (selector["matchLabels"]?.members ?? []).compactMap { key, value in
      value.text.map { TagCondition(key: key, pattern: $0, isNegated: false) }
    }
    let expressions = (selector["matchExpressions"]?.items ?? []).compactMap { expression -> TagCondition? in
      guard let key = expression["key"]?.text, let word = expression["operator"]?.text else { return nil }
      let values = (expression["values"]?.items ?? []).compactMap(\.text)
      switch (word, values.count) {
      case ("In", 1), ("NotIn", 1):
        return TagCondition(key: key, pattern: values[0], isNegated: word == "NotIn")
      case ("Exists", _), ("DoesNotExist", _):
        return TagCondition(key: key, pattern: "*", isNegated: word == "DoesNotExist")
      default: return nil
      }
    }
    return equal + expressions
  }

  private static func readCronJob(_ object: KubernetesObject, _ findings: inout Findings) throws(InputError)
    -> Bool
  {
    let containers = object.spec?["jobTemplate", "spec", "template", "spec", "containers"]?.items ?? []
    let words = containers.flatMap { ($0["command"]?.items ?? []) + ($0["args"]?.items ?? []) }.compactMap(
      \.text)
    guard let tool = BackupProgram.making((words + [object.name]).joined(separator: " ")) else {
      return false
    }
    var schedules = try object.schedules(object.spec?["schedule"], .robfig, "schedule")
    if let zone = try object.text(object.spec?["timeZone"]) {
      for index in schedules.indices { schedules[index].zone = zone }
    }
    var policy = Policy(
      name: object.name, tool: tool, schedules: schedules, retention: Retention(), selections: [.unknown],
      origin: object.origin(object.spec?["schedule"], "schedule"))
    policy.isEnabled = object.spec?["suspend"]?.flag != true
    findings.policies.append(policy)
    return true
  }
}
