import Documents
import Units

/// The output of `aws backup get-backup-plan` and the input of `create-backup-plan`.
enum AWSBackupJSON {
  private static func plan(_ document: Datum) -> Datum? {
    let plan = document["BackupPlan"] ?? document
    return plan["Rules"] != nil && (plan["BackupPlanName"] != nil || document["BackupPlanId"] != nil)
      ? plan : nil
  }

  static func recognises(_ document: Datum) -> Bool {
    plan(document) != nil || document["BackupSelection"] != nil
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    let selection = AWSSelection(document["BackupSelection"])
    guard let plan = plan(document) else {
      findings.looseSelections.append(
        LooseSelection(
          policy: document["BackupPlanId"]?.text ?? "", selections: selection.selections,
          exclusions: selection.exclusions, origin: document.origin("BackupSelection")))
      return findings
    }
    let name = plan["BackupPlanName"]?.text ?? "plan"
    for rule in plan["Rules"]?.items ?? [] {
      var policy = try AWSRule.policy(rule, of: name, zone: rule["ScheduleExpressionTimezone"]?.text)
      policy.ids = [document["BackupPlanId"], document["BackupPlanArn"]].compactMap { $0?.text }
      policy.selections = selection.selections.isEmpty ? [.unknown] : selection.selections
      policy.exclusions = selection.exclusions
      findings.policies.append(policy)
    }
    if (plan["Rules"]?.items ?? []).isEmpty {
      findings.gap("the plan '\(name)' has no rules: it protects nothing", plan.origin(name))
    }
    return findings
  }
}

/// A rule of a plan in the form of the API and CloudFormation.
enum AWSRule {
  static func policy(_ rule: Datum, of plan: String, zone: String?) throws(InputError) -> Policy {
    let name = rule["RuleName"]?.text ?? "rule"
    return try BackupRuleValues(
      name: "\(plan)-\(name)", place: rule, subject: "\(plan).\(name)", schedule: rule["ScheduleExpression"],
      zone: zone, startMinutes: rule["StartWindowMinutes"]?.integer,
      deleteDays: rule["Lifecycle", "DeleteAfterDays"],
      coldDays: rule["Lifecycle", "MoveToColdStorageAfterDays"],
      isContinuous: rule["EnableContinuousBackup"]?.flag ?? false,
      copies: (rule["CopyActions"]?.items ?? []).compactMap { copy in
        copy["DestinationBackupVaultArn"]?.text.map {
          ($0, copy["Lifecycle", "DeleteAfterDays"]?.integer)
        }
      }
    ).policy()
  }
}

/// CloudFormation templates: backup plans and selections, disks, servers and databases.
enum CloudFormation {
  static func recognises(_ document: Datum) -> Bool {
    (document["Resources"]?.members ?? []).contains { $0.value["Type"]?.text?.hasPrefix("AWS::") == true }
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    var owners: [(plan: String, index: Int)] = []
    let resources = document["Resources"]?.members ?? []
    for (name, resource) in resources {
      guard let properties = resource["Properties"] else { continue }
      switch resource["Type"]?.text {
      case "AWS::Backup::BackupPlan"?:
        let plan = properties["BackupPlan"] ?? properties
        for rule in plan["BackupPlanRule"]?.list ?? [] {
          owners.append((name, findings.policies.count))
          findings.policies.append(
            try AWSRule.policy(
              rule, of: plan["BackupPlanName"]?.text ?? name, zone: rule["ScheduleExpressionTimezone"]?.text))
        }
      case "AWS::EC2::Volume"?:
        findings.volumes.append(volume(name, properties, "Size"))
      case "AWS::EC2::Instance"?:
        findings.servers.append(
          Server(
            name: name, ids: [name], type: properties["InstanceType"]?.text,
            place: FoundPlace(zone: properties["AvailabilityZone"]?.text), origin: resource.origin(name)))
      case "AWS::RDS::DBInstance"?: readDatabase(name, properties, &findings)
      default: break
      }
    }
    for (name, resource) in resources where resource["Type"]?.text == "AWS::Backup::BackupSelection" {
      let plan = resource["Properties", "BackupPlanId"].flatMap { $0["Ref"]?.text ?? $0.text } ?? ""
      let selection = AWSSelection(resource["Properties", "BackupSelection"])
      for owner in owners where owner.plan == plan {
        findings.policies[owner.index].selections += selection.selections
        findings.policies[owner.index].exclusions += selection.exclusions
      }
      if selection.selections.isEmpty {
        findings.gap("the selection '\(name)' selects nothing", resource.origin(name))
      }
    }
    if ResilienceHub.recognises(document) { findings.append(try ResilienceHub.read(document)) }
    for policy in findings.policies where policy.selections.isEmpty {
      findings.gap("nothing is selected by '\(policy.name)': it protects nothing", policy.origin)
    }
    return findings
  }

  private static func volume(_ name: String, _ properties: Datum, _ key: String) -> FoundVolume {
    let tags = (properties["Tags"]?.items ?? []).compactMap { tag -> Tag? in
      zip(tag["Key"]?.text, tag["Value"]?.text).map { Tag(key: $0.0, value: $0.1) }
    }
    return FoundVolume(
      name: name, ids: [name], size: properties[key]?.integer.map { .gibibytes($0) },
      place: FoundPlace(zone: properties["AvailabilityZone"]?.text), tags: tags,
      origin: (properties[key] ?? properties).origin("\(name).\(key)"))
  }

  private static func readDatabase(_ name: String, _ properties: Datum, _ findings: inout Findings) {
    var volume = volume(name, properties, "AllocatedStorage")
    volume.role = .database(properties["Engine"]?.text ?? "database")
    let days = properties["BackupRetentionPeriod"]?.integer ?? 1
    let origin = (properties["BackupRetentionPeriod"] ?? properties).origin("\(name).BackupRetentionPeriod")
    volume.isProtectedByItself = days > 0
    if days == 0 {
      findings.gapWithoutCover(
        "the database '\(name)' has a backup retention of 0: it has no backup at all", origin)
    } else {
      var policy = Policy(
        name: "\(name)-automatic", tool: "automatic backups of the database",
        schedules: [DailyWindow.schedule(properties["PreferredBackupWindow"]?.text, origin: origin)],
        retention: Retention(), selections: [.objects([name])], origin: origin)
      policy.retention.duration = .days(min(days, 3_650))
      policy.isContinuous = true
      findings.policies.append(policy)
    }
    findings.volumes.append(volume)
  }
}

/// Policies of AWS Resilience Hub.
enum ResilienceHub {
  /// The value that represents 'unrecoverable'.
  private static let unrecoverable: Int64 = 2_592_001

  private static func policies(_ document: Datum) -> [Datum] {
    let all =
      (document["resiliencyPolicies"]?.items ?? []) + [document["policy"], document].compactMap { $0 }
    let templates = (document["Resources"]?.members ?? []).compactMap { $0.value["Properties"] }
    return (all + templates).filter { scopes($0).contains { seconds("rpo", $0.value) != nil } }
  }

  /// The scopes of a policy, in the spelling of the API or of CloudFormation.
  private static func scopes(_ policy: Datum) -> [(key: String, value: Datum)] {
    (policy["policy"] ?? policy["Policy"])?.members ?? []
  }

  private static func seconds(_ word: String, _ scope: Datum) -> Int64? {
    (scope["\(word)InSecs"] ?? scope["\(word.prefix(1).uppercased())\(word.dropFirst())InSecs"])?.integer
  }

  static func recognises(_ document: Datum) -> Bool { !policies(document).isEmpty }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    for policy in policies(document) {
      let name = (policy["policyName"] ?? policy["PolicyName"])?.text ?? "policy"
      for (scope, values) in scopes(policy) {
        guard let rpo = seconds("rpo", values), let rto = seconds("rto", values) else { continue }
        add(name, scope, rpo: rpo, rto: rto, values.origin("\(name).\(scope)"), to: &findings)
      }
    }
    return findings
  }

  /// Adds an objective, or a gap where the policy expects no recovery.
  static func add(
    _ name: String, _ scope: String, rpo: Int64, rto: Int64, _ origin: Origin, to findings: inout Findings
  ) {
    if rpo >= unrecoverable || rto >= unrecoverable {
      findings.gap(
        "'\(name)' accepts that a failure of the kind '\(scope)' is not recovered from", origin)
    } else {
      findings.objectives.append(
        FoundObjective(name: "\(name), \(scope)", rpo: .seconds(rpo), rto: .seconds(rto), origin: origin))
    }
  }
}
