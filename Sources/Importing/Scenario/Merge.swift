import Units

/// The joined findings of all files: policies with schedules, volumes with loads, and gaps of protection.
struct Merge {
  var findings: Findings
  /// The assumptions of the scenario, because no file has the facts.
  private(set) var assumptions: [String] = []
  /// The names of the volumes that no policy selects.
  private(set) var uncovered: [String] = []
  private let options: ImportOptions
  /// The index of each server in the findings, by its identifiers.
  private var serverPlaces: [String: Int] = [:]

  init(_ findings: Findings, _ options: ImportOptions) {
    self.findings = findings
    self.options = options
    for (index, server) in findings.servers.enumerated() {
      for id in server.ids + [server.name] where serverPlaces[id] == nil { serverPlaces[id] = index }
    }
    joinSelections()
    joinSchedules()
    joinClusters()
    reportClusters()
    fitSchedules()
    reportCoverage()
    addMissingVolumes()
  }

  mutating func assume(_ text: String) {
    if !assumptions.contains(text) { assumptions.append(text) }
  }

  // MARK: Policies

  /// Joins selections with the policies of other files.
  private mutating func joinSelections() {
    for loose in findings.looseSelections {
      let owners = findings.policies.indices.filter { findings.policies[$0].ids.contains(loose.policy) }
      if owners.isEmpty {
        findings.note(
          "a selection for the policy '\(loose.policy.lastPart)', which no file holds; import the policy too",
          loose.origin)
      }
      for owner in owners {
        findings.policies[owner].selections.removeAll(where: \.isUnknown)
        findings.policies[owner].selections += loose.selections
        findings.policies[owner].exclusions += loose.exclusions
      }
    }
  }

  /// Joins policies with schedules of timers or crontabs. Files of borgmatic, barman and pgBackRest have no
  /// schedule.
  private mutating func joinSchedules() {
    for index in findings.policies.indices where findings.policies[index].schedules.isEmpty {
      let tool = findings.policies[index].tool
      let timers = findings.policies.filter {
        $0.tool == tool && !$0.schedules.isEmpty && $0.retention.isEmpty
          && $0.selections.contains(where: \.isUnknown)
      }
      for timer in timers {
        findings.policies[index].schedules += timer.schedules
        findings.policies[index].delay = timer.delay ?? findings.policies[index].delay
        findings.policies[index].comments += timer.comments
      }
    }
    let joined = findings.policies.filter { !$0.retention.isEmpty && !$0.schedules.isEmpty }
    findings.policies.removeAll { policy in
      policy.retention.isEmpty
        && joined.contains { other in
          other.tool == policy.tool && other.schedules.contains { policy.schedules.contains($0) }
        }
    }
  }

  /// Joins a database operator's scheduled backups with their clusters, whose objects have the retention.
  private mutating func joinClusters() {
    for policy in findings.policies where policy.retention.isEmpty && !policy.schedules.isEmpty {
      guard case .objects(let names)? = policy.selections.first, let name = names.first,
        let cluster = findings.policies.firstIndex(where: {
          $0.tool == policy.tool && $0.schedules.isEmpty && $0.name == name
        })
      else { continue }
      findings.policies[cluster].schedules += policy.schedules
      findings.policies.removeAll { $0.origin == policy.origin && $0.retention.isEmpty }
    }
  }

  /// Reports archived logs without a backup that they continue.
  private mutating func reportClusters() {
    for index in findings.policies.indices where findings.policies[index].tool == "CloudNativePG" {
      let policy = findings.policies[index]
      guard policy.schedules.isEmpty else { continue }
      findings.policies[index].isByHand = true
      findings.gap(
        "no scheduled backup names the cluster '\(policy.name)': its log is archived, and nothing else",
        policy.origin)
    }
  }

  /// The policies in effect.
  private var effective: [Policy] {
    findings.policies.filter { $0.isEnabled && !$0.isByHand && !$0.selectsNothing }
  }

  /// The policies in effect that run in the rehearsed weeks.
  var policies: [Policy] { effective.filter { $0.absence != .tooRare } }

  // MARK: Coverage

  private mutating func reportCoverage() {
    for policy in findings.policies where !policy.isEnabled {
      findings.gap("the policy '\(policy.name)' is disabled: it protects nothing", policy.origin)
    }
    let effective = effective
    let unknown = effective.first { $0.selections.contains(where: \.isUnknown) }
    let reported = Set(findings.gaps.map(\.origin.object))
    for volume in findings.volumes where !volume.isProtectedByItself {
      if let policy = effective.first(where: { $0.covers(volume, server: server(of: volume)) }) {
        let refuted = findings.gaps.filter { $0.isRefutedByCover && $0.origin.object == volume.origin.object }
        findings.gaps.removeAll { refuted.contains($0) }
        for remark in refuted {
          findings.note("\(remark.text), but '\(policy.name)' covers it", remark.origin)
        }
        continue
      }
      if unknown == nil { uncovered.append(volume.name) }
      if reported.contains(volume.origin.object) { continue }
      let doubt = unknown.map { "; '\($0.name)' may cover it, its file does not say" } ?? ""
      findings.gap("'\(volume.name)' is in no backup selection\(doubt)", volume.origin)
    }
  }

  func server(of volume: FoundVolume) -> Server? {
    volume.server.flatMap { serverPlaces[$0] }.map { findings.servers[$0] }
  }

  // MARK: Volumes

  /// Adds a volume if there is none: the measured devices, the size of past backups, or an assumed one.
  private mutating func addMissingVolumes() {
    guard findings.volumes.isEmpty else { return }
    for load in findings.loads {
      assume("the size of '\(load.device)': 100 GiB")
      findings.volumes.append(
        FoundVolume(
          name: load.device, ids: [load.device], size: .gibibytes(100), place: FoundPlace(),
          device: load.device, origin: load.origin))
    }
    guard findings.volumes.isEmpty else { return }
    if let history = findings.histories.first(where: { $0.source != nil }) {
      findings.volumes.append(
        FoundVolume(
          name: "data", ids: [], size: history.source, used: history.source, place: FoundPlace(),
          origin: history.origin))
      return
    }
    let origin =
      findings.policies.first?.origin ?? findings.histories.first?.origin ?? findings.objectives.first?.origin
      ?? findings.prices.first?.origin ?? findings.gaps.first?.origin ?? findings.notes.first?.origin
      ?? Origin(file: "", line: 0, column: 0, subject: "")
    assume("a volume 'data' of 100 GiB: no file names a disk")
    findings.volumes.append(
      FoundVolume(name: "data", ids: [], size: .gibibytes(100), place: FoundPlace(), origin: origin))
  }

  /// Returns the only volume attached under a device's name, which systems spell `xvda`, `vda` and `sda`.
  private func attached(as device: String) -> Int? {
    let wanted = DeviceName.disk(device)
    let found = findings.volumes.indices.filter {
      findings.volumes[$0].device.map(DeviceName.disk) == wanted
    }
    return found.count == 1 ? found.first : nil
  }

  /// Returns the measured load of each volume. It is chosen by `--map`, by name or device, else the busiest
  /// remaining one.
  func loads() -> [(volume: Int, load: Load, isAssumed: Bool)] {
    var matches: [(volume: Int, load: Load, isAssumed: Bool)] = []
    var rest: [Load] = []
    for load in findings.loads {
      let wanted = options.devices.first { $0.device == load.device }?.volume
      let index =
        findings.volumes.firstIndex { volume in
          if let wanted { return volume.name == wanted || volume.ids.contains(wanted) }
          return volume.name == load.device || volume.ids.contains(load.device)
        } ?? (wanted == nil ? attached(as: load.device) : nil)
      if let index, !matches.contains(where: { $0.volume == index }) {
        matches.append((index, load, false))
      } else {
        rest.append(load)
      }
    }
    rest.sort { $0.written > $1.written }
    let free = findings.volumes.indices.filter { index in !matches.contains { $0.volume == index } }
      .sorted { (findings.volumes[$0].size ?? .zero) > (findings.volumes[$1].size ?? .zero) }
    return matches + zip(free, rest).map { ($0, $1, true) }
  }
}

extension Origin {
  /// The object of the value: the file and the subject without its last part.
  fileprivate var object: String {
    "\(file) " + subject.split(separator: ".").dropLast().joined(separator: ".")
  }
}

extension Policy {
  /// Whether the files say that the policy protects no object.
  fileprivate var selectsNothing: Bool {
    !selections.isEmpty && selections.allSatisfy { if case .nothing = $0 { true } else { false } }
  }

  /// Whether the policy protects the volume, alone or with its server.
  func covers(_ volume: FoundVolume, server: Server?) -> Bool {
    selections.contains { $0.covers(volume, server: server) }
      && !exclusions.contains { Selection.objects([$0]).covers(volume, server: server) }
  }
}

extension Policy.Selection {
  /// Whether the selection is unknown.
  var isUnknown: Bool { if case .unknown = self { true } else { false } }

  /// Whether the selection includes the volume or its server.
  func covers(_ volume: FoundVolume, server: Server?) -> Bool {
    let ids = volume.ids + [volume.name] + (server.map { $0.ids + [$0.name] } ?? [])
    let tags = volume.tags + (server?.tags ?? [])
    switch self {
    case .everything: return true
    case .unknown, .nothing: return false
    case .objects(let patterns):
      return patterns.contains { pattern in
        // Azure's identifiers differ in case.
        let isAzure = pattern.lowercased().hasPrefix("/subscriptions/")
        return ids.contains {
          isAzure ? $0.lowercased() == pattern.lowercased() : $0.matches(wildcards: pattern)
        }
      }
    case .tagged(let wanted): return wanted.contains { tags.contains($0) }
    case .matching(let patterns, let conditions):
      // The tags of one object must fulfil all conditions: the server's do not complete the volume's.
      return ([volume.tags] + (server.map { [$0.tags] } ?? [])).contains { tags in
        conditions.allSatisfy { $0.holds(for: tags) }
      } && Self.objects(patterns).covers(volume, server: server)
    }
  }
}

extension String {
  /// Whether the text matches a pattern in which `*` matches anything.
  func matches(wildcards pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return self == pattern }
    guard hasPrefix(parts[0]) else { return false }
    var rest = dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
      guard let found = rest.ranges(of: part).first else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
