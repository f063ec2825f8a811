import Units

/// The estate of an imported scenario: one production site with services and volumes.
///
/// All volumes stand in one site, because the rehearsal takes backups in one place.
struct EstateDraft {
  /// A service on its own host.
  struct ServiceDraft {
    var name: String
    var host: String
    var size: String
    var comment: String
    var volumes: [VolumeDraft] = []
  }

  struct VolumeDraft {
    var name: String
    var size: ByteCount
    var used: ByteCount?
    var comment: String
    var load: (load: Load, isAssumed: Bool)?
    var isDatabase = false
  }

  /// The limit on separate volumes. More are joined by kind, because each is rehearsed with real bytes.
  private static let volumesMaximum = 40

  let site: String
  let region: String
  private(set) var services: [ServiceDraft] = []
  private var names = UniqueNames()
  private var volumeNames = UniqueNames()

  init(_ merge: inout Merge) {
    let places = merge.findings.volumes.map(\.place) + merge.findings.servers.map(\.place)
    let sites = places.compactMap { $0.zone ?? $0.region }
    let firstOfReplicas = merge.findings.replications.lazy.compactMap(\.sites.first).first { !$0.isEmpty }
    site = (Self.commonest(sites) ?? firstOfReplicas ?? "production").asName
    region = (Self.commonest(places.compactMap(\.region)) ?? site).asName
    if sites.isEmpty, firstOfReplicas == nil { merge.assume("the production site: no file names a zone") }
    let others = sites.filter { $0.asName != site }
    if !others.isEmpty {
      let distinct = others.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      merge.assume(
        "all volumes in '\(site)': the rehearsal keeps them in one site, though some stand in \(distinct.joined(separator: ", "))"
      )
    }
    if merge.findings.volumes.count > Self.volumesMaximum {
      addJoined(&merge)
    } else {
      addEach(&merge)
    }
  }

  /// Returns the most frequent value; the first of equals.
  private static func commonest(_ values: [String]) -> String? {
    let distinct = values.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    var best: (value: String, count: Int)?
    for value in distinct {
      let count = values.count { $0 == value }
      if count > best?.count ?? 0 { best = (value, count) }
    }
    return best?.value
  }

  private mutating func addEach(_ merge: inout Merge) {
    let loads = merge.loads()
    var servers: [(id: String, service: Int)] = []
    for server in merge.findings.servers {
      let name = names.name(server.name)
      for id in server.ids + [server.name] { servers.append((id, services.count)) }
      services.append(
        ServiceDraft(
          name: name, host: "\(name)-host", size: HostSize.name(server.type),
          comment: "\(server.origin)\(server.type.map { ", \($0)" } ?? "")"))
    }
    for (index, volume) in merge.findings.volumes.enumerated() {
      let name = volumeNames.name(volume.name)
      let size = size(of: volume, &merge)
      let match = loads.first { $0.volume == index }
      let draft = VolumeDraft(
        name: name, size: size, used: volume.used.map { min($0, size) }, comment: "\(volume.origin)",
        load: match.map { ($0.load, $0.isAssumed) }, isDatabase: volume.isDatabase)
      if let id = volume.server, let service = servers.first(where: { $0.id == id })?.service {
        services[service].volumes.append(draft)
      } else {
        let service = names.name(volume.name)
        services.append(
          ServiceDraft(
            name: service, host: "\(service)-host", size: "medium", comment: "\(volume.origin)",
            volumes: [draft]))
      }
    }
  }

  private func size(of volume: FoundVolume, _ merge: inout Merge) -> ByteCount {
    if let size = volume.size, size > .mebibytes(1) { return size }
    merge.assume("the size of '\(volume.name)': 100 GiB, for its file does not state it")
    return .gibibytes(100)
  }

  /// Adds one service for databases and one for other volumes, each with the sum of the sizes.
  private mutating func addJoined(_ merge: inout Merge) {
    for isDatabase in [true, false] {
      let group = merge.findings.volumes.filter { $0.isDatabase == isDatabase }
      guard let first = group.first else { continue }
      let name = names.name(isDatabase ? "databases" : "servers")
      let size = group.reduce(ByteCount.zero) { $0 + ($1.size ?? .gibibytes(100)) }
      let busiest = merge.findings.loads.filter { _ in !isDatabase }.max { $0.written < $1.written }
      services.append(
        ServiceDraft(
          name: name, host: "\(name)-host", size: "large", comment: "\(group.count) objects",
          volumes: [
            VolumeDraft(
              name: volumeNames.name("\(name)-data"), size: size,
              comment: "the sum of \(group.count), the first \(first.origin)",
              load: busiest.map { ($0, true) },
              isDatabase: isDatabase)
          ]))
    }
    merge.assume(
      "\(merge.findings.volumes.count) volumes joined by kind, so that they can be rehearsed")
  }

  var volumes: [VolumeDraft] { services.flatMap(\.volumes) }
}

extension FoundVolume {
  fileprivate var isDatabase: Bool { if case .database = role { true } else { false } }
}

/// The size class of a host for pricing, from the provider's type name.
enum HostSize {
  static func name(_ type: String?) -> String {
    guard let size = type?.lowercased().split(whereSeparator: { ".-_".contains($0) }).map(String.init) else {
      return "medium"
    }
    if size.contains(where: { ["nano", "micro", "small", "f1", "g1"].contains($0) }) { return "small" }
    if size.contains(where: { $0.hasSuffix("xlarge") }) { return "large" }
    if size.contains("large") || size.contains("medium") { return "medium" }
    let cores = size.compactMap { part in Int(part.drop { !$0.isNumber }.prefix { $0.isNumber }) }.last ?? 2
    return cores > 2 ? "large" : "medium"
  }
}
