import Estate
import ScenarioLanguage
import Units

extension ReplicationPolicy.Mode {
  /// The replicating layer in words: `by the storage`.
  var layerWording: String {
    switch self {
    case .storage, .activeActive: "by the storage"
    case .hostIO: "by a splitter at the hosts"
    case .application: "by the database, from its log"
    }
  }

  /// The condition for acknowledging a write, as the end of a sentence.
  var acknowledgementWording: String {
    switch (self, modeReportName) {
    case (.storage, "async"): "a write is acknowledged when it is durable in production"
    case (.storage, "memory_sync"): "a write is acknowledged when the DR site has it in memory"
    case (.storage, "witnessed_sync"):
      "a write is acknowledged when it is durable at both sites, and alone only when a witness knows"
    case (.storage, "strict_sync"):
      "a write is acknowledged when it is durable at both sites, and never without the DR site"
    case (.hostIO, "async"):
      "a write is acknowledged when it is durable in production"
    case (.hostIO, _): "a write is acknowledged when it is durable in production and in the journal"
    case (.application, "async"): "a commit is acknowledged when the log is durable in production"
    case (.application, "semi_sync"):
      "a commit is acknowledged when the log is durable in production and the standby has received it"
    case (.application, "sync_flush"):
      "a commit is acknowledged when the log is durable in production and at the standby"
    case (.application, _): "a commit is acknowledged when the standby has applied it"
    case (.activeActive(let mode), _):
      switch mode.acknowledgement {
      case .local: "a write is acknowledged when it is durable where it was made, \(mode.clients)"
      case .peer: "a write is acknowledged when it is durable at both sites, \(mode.clients)"
      }
    case (.storage, "interval"): "a write is acknowledged when it is durable in production"
    case (.storage, _): "a write is acknowledged when it is durable at both sites"
    }
  }

  /// The recoverable states, as the end of a sentence.
  var pointWording: String {
    switch (self, pointInterval) {
    case (.storage, let interval?):
      "the changes between two snapshots are sent every \(interval.forReading)"
    case (.hostIO, let interval?): "a checkpoint is made every \(interval.forReading)"
    case (.application, _): "every transaction that arrived can be recovered"
    case (.activeActive, _): "of two writes made apart to one page the newer stays, and the other is counted"
    case (.storage, nil), (.hostIO, nil): "every write that arrived can be recovered"
    }
  }
}

extension ReplicationPolicy {
  /// The condition for acknowledging a write, as the end of a sentence.
  var acknowledgementWording: String {
    feeder == nil ? mode.acknowledgementWording : "no write waits for it"
  }

  /// The recoverable states, as the end of a sentence.
  var pointWording: String {
    guard applyDelay > .zero else { return mode.pointWording }
    return mode.pointWording
      + "; a record is applied \(applyDelay.forReading) after its receipt, so that a replay can stop before a mistake"
  }
}

extension ActiveActiveMode {
  /// The share of clients, as in `30 % of them at the second site`.
  fileprivate var clients: String { "\(share) of them at the second site" }
}

extension Standby.Kind {
  /// The standby at the DR site, as the end of a sentence.
  var wording: String {
    switch self {
    case .pilotLight: "servers are made on the day"
    case .warmStandby: "servers run at a small size and grow on the day"
    case .hotStandby: "servers of full size wait for the application to be started"
    case .activeActive: "servers of full size serve all the time"
    }
  }
}

extension DisasterArea {
  /// The area in words, as in `within 120 km of 50.11 N 8.68 E`.
  var wording: String {
    "within \(reach) of \(latitude.degrees("N", "S")) \(longitude.degrees("E", "W"))"
  }
}

extension Ratio {
  fileprivate func degrees(_ positive: String, _ negative: String) -> String {
    "\(Ratio(billionths: Int64(billionths.magnitude)).asNumber) \(billionths < 0 ? negative : positive)"
  }
}
