import Documents
import Estate
import Units

/// The servers of a host that fail together.
enum FailedServers: Sendable {
  case all
  case some(Int)

  /// The number of servers; `nil` for all.
  var count: Int? {
    switch self {
    case .all: nil
    case .some(let count): count
    }
  }
}

extension Shape<FailedServers> {
  static let failedServers = scalar(
    Schema(
      .scalar(
        types: ["integer", "string"], pattern: "^(all|[1-9][0-9]{0,3}|10000)$", values: [], bounds: 1...10_000
      ),
      example: "1"),
    expected: "a number of servers"
  ) { text throws(QuantityError) in
    if text == "all" { return .all }
    guard let count = Int(text), (1...10_000).contains(count) else {
      throw QuantityError("'\(text)' is not a number of servers", hint: "write for example '1', or 'all'")
    }
    return .some(count)
  }
}

extension ScenarioChecks {
  /// Checks that servers behind a load balancer have no data of their own.
  mutating func checkServers() {
    for service in blueprint.services
    where blueprint.hosts[service.host].count > 1 && !service.volumes.isEmpty {
      let host = blueprint.hosts[service.host]
      report(
        ["services", service.name, "host"],
        "'\(host.name)' is \(host.count) servers, which cannot all write to the volumes of '\(service.name)'",
        hint: "give '\(service.name)' a host of its own, or move its volumes to a service that has one")
    }
  }

  /// Checks that a disaster says how many servers of a host fail, where the host has several.
  mutating func checkServers(of disaster: Disaster, at path: [String]) {
    guard case .host(let id) = disaster.target, disaster.cause == .serverFailure else { return }
    let host = blueprint.hosts[id]
    if let servers = disaster.servers, servers > host.count {
      report(
        path + ["servers"], "'\(host.name)' has \(host.count) \(host.count == 1 ? "server" : "servers")",
        hint: "write 'servers: all', or a number up to \(host.count)")
    } else if host.count > 1, !says("servers", at: path) {
      report(
        path + ["host"], "'\(host.name)' is \(host.count) servers, and this does not say how many fail",
        hint: "add 'servers: 1', or 'servers: all'")
    }
  }
}
