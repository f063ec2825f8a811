import Documents
import Units

/// Reads resources one by one and links them when all are known.
struct TerraformReader {
  let text: InputText
  var findings = Findings()
  /// Volumes that a separate resource attaches to servers.
  var attachments: [(volume: String, server: String, device: String?)] = []
  /// The selections of plans and policies, by identifier.
  var selections: [(policy: String, selection: Policy.Selection, origin: Origin)] = []
  /// The objects that plans leave out, by identifier of the plan.
  var exclusions: [(policy: String, patterns: [String])] = []
  /// The identifiers of the policies in `findings`.
  var policyIDs: [[String]] = []
  /// The policies that select by tags alone, with their tags.
  var tagged: [(policy: Int, tags: [Tag])] = []
  private var ignored: [(type: String, count: Int)] = []

  init(_ text: InputText) { self.text = text }

  mutating func read(_ resource: TerraformResource) throws(InputError) {
    let provider = resource.type.prefix { $0 != "_" }
    let isKnown: Bool
    switch provider {
    case "aws": isKnown = try readAWS(resource)
    case "azurerm": isKnown = try readAzure(resource)
    case "google": isKnown = try readGoogle(resource)
    case "opentelekomcloud", "huaweicloud": isKnown = try readOpenStack(resource)
    default: isKnown = false
    }
    if isKnown { return }
    if let index = ignored.firstIndex(where: { $0.type == resource.type }) {
      ignored[index].count += 1
    } else {
      ignored.append((resource.type, 1))
    }
  }

  mutating func add(_ policy: Policy, ids: [String]) {
    findings.policies.append(policy)
    policyIDs.append(ids)
  }

  /// Links attachments and selections; notes policies that select nothing.
  mutating func finished() -> Findings {
    joinTwins()
    var places: [String: Int] = [:]
    for (index, volume) in findings.volumes.enumerated() {
      for id in volume.ids where places[id.lowercased()] == nil { places[id.lowercased()] = index }
    }
    for attachment in attachments {
      guard let index = places[attachment.volume.lowercased()] else { continue }
      findings.volumes[index].server = attachment.server
      findings.volumes[index].device = attachment.device.map(DeviceName.short)
    }
    for (policy, selection, origin) in selections {
      let owners = owners(of: policy)
      for owner in owners { findings.policies[owner].selections.append(selection) }
      if owners.isEmpty { findings.note("the policy '\(policy.lastPart)' is not in this file", origin) }
    }
    for (policy, patterns) in exclusions {
      for owner in owners(of: policy) { findings.policies[owner].exclusions += patterns }
    }
    reportTagsWithoutObjects()
    for policy in findings.policies where policy.selections.isEmpty && policy.isEnabled {
      findings.gap("nothing is selected by '\(policy.name)': it protects nothing", policy.origin)
    }
    for index in findings.policies.indices where findings.policies[index].selections.isEmpty {
      findings.policies[index].selections = [.nothing]
    }
    if !ignored.isEmpty {
      let names = ignored.prefix(40).map { $0.count == 1 ? $0.type : "\($0.count) x \($0.type)" }
      findings.note(
        "resources without a part in the rehearsal: \(names.joined(separator: ", "))\(ignored.count > 40 ? ", ..." : "")",
        text.origin(line: 1))
    }
    return findings
  }

  /// Reports policies whose tags no volume or server of this file has.
  private mutating func reportTagsWithoutObjects() {
    let all = Set(findings.volumes.flatMap(\.tags) + findings.servers.flatMap(\.tags))
    guard !findings.volumes.isEmpty else { return }
    for (index, tags) in tagged where !tags.isEmpty && all.isDisjoint(with: tags) {
      let policy = findings.policies[index]
      let wanted = tags.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " or ")
      findings.gap("no object of this file has the tag \(wanted) of '\(policy.name)'", policy.origin)
    }
  }

  /// Returns the policies with an identifier: each rule of a plan is a policy of its own. Azure's identifiers
  /// differ in case.
  private func owners(of policy: String) -> [Int] {
    let wanted = policy.lowercased()
    return policyIDs.indices.filter { policyIDs[$0].contains { $0.lowercased() == wanted } }
  }

  /// Joins a disk within its server with the same disk as a separate resource.
  private mutating func joinTwins() {
    var attached: [String: Int] = [:]
    for (index, volume) in findings.volumes.enumerated() where volume.server != nil {
      for id in volume.ids { attached[id] = index }
    }
    var removed: Set<Int> = []
    for index in findings.volumes.indices where findings.volumes[index].server == nil {
      guard let twin = findings.volumes[index].ids.lazy.compactMap({ attached[$0] }).first else { continue }
      findings.volumes[index].server = findings.volumes[twin].server
      findings.volumes[index].device = findings.volumes[twin].device
      removed.insert(twin)
    }
    findings.volumes = findings.volumes.indices.filter { !removed.contains($0) }.map { findings.volumes[$0] }
  }

  mutating func addServer(_ resource: TerraformResource, type: String?) {
    findings.servers.append(
      Server(
        name: resource.name, ids: resource.ids, type: type, place: resource.place, tags: resource.tags,
        origin: resource.origin()))
  }

  mutating func addVolume(
    _ resource: TerraformResource, name: String? = nil, ids: [String]? = nil, size: ByteCount?,
    role: FoundVolume.Role = .disk, server: String? = nil, device: String? = nil, key: String
  ) {
    findings.volumes.append(
      FoundVolume(
        name: name ?? resource.name, ids: ids ?? resource.ids, size: size, role: role, place: resource.place,
        server: server, device: device.map(DeviceName.short), tags: resource.tags,
        origin: resource.origin(key)))
  }

  /// Notes a database that follows another one, which is no backup.
  mutating func addReplica(_ resource: TerraformResource, of primary: String, key: String) {
    findings.note(
      "'\(resource.name)' is a read replica of '\(primary.lastPart)': it follows deletions and is no backup",
      resource.origin(key))
  }

  /// Adds a database with daily backups and a kept log. A retention of 0 days means no backup.
  mutating func addDatabase(
    _ resource: TerraformResource, engine: String, size: ByteCount?, sizeKey: String, retention days: Int64?,
    retentionKey: String, window: String?, isContinuous: Bool = true
  ) throws(InputError) {
    let noun = engine.isEmpty ? "file system" : "database"
    addVolume(resource, size: size, role: engine.isEmpty ? .disk : .database(engine), key: sizeKey)
    let origin = resource.origin(retentionKey)
    guard let days, days > 0 else {
      let unused = window.map { ", although its backup window '\($0)' is filled in" } ?? ""
      let state = days == nil ? "states no backup retention" : "has a backup retention of 0"
      return findings.gapWithoutCover(
        "the \(noun) '\(resource.name)' \(state): it has no backup at all\(unused)", origin)
    }
    findings.volumes[findings.volumes.count - 1].isProtectedByItself = true
    var policy = Policy(
      name: "\(resource.name)-automatic", tool: "automatic backups of the \(noun)",
      schedules: [DailyWindow.schedule(window, origin: resource.origin())], retention: Retention(),
      selections: [.objects(resource.ids)], origin: origin)
    policy.retention.duration = .days(min(days, 3_650))
    policy.isContinuous = isContinuous
    add(policy, ids: [])
  }
}

/// The daily window for a provider's backup.
enum DailyWindow {
  /// - Parameter window: `09:16-09:46` or `23:00`, in UTC; `nil` where the provider chooses it.
  static func schedule(_ window: String?, origin: Origin) -> Schedule {
    let parts = window?.split { $0 == ":" || $0 == "-" }.compactMap { Int($0) } ?? []
    guard parts.count >= 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
      return Schedule(
        rule: "FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0", written: "once a day", zone: "UTC",
        comments: ["the provider chooses the hour; 03:00 is assumed"], origin: origin)
    }
    return Schedule(
      rule: "FREQ=DAILY;BYHOUR=\(parts[0]);BYMINUTE=\(parts[1]);BYSECOND=0", written: window ?? "",
      zone: "UTC",
      origin: origin)
  }
}
