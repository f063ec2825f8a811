import Documents
import Estate
import Replication
import Units

/// The layer that copies writes to another site.
enum ReplicationLayer: String, CaseIterable, Sendable {
  /// Replication from array to array.
  case storage
  /// A splitter at the hosts with a journal at the target.
  case hostIO
  /// The log of a database, sent to a standby database.
  case application

  /// The names of its modes.
  var modes: [String] {
    switch self {
    case .storage: ["async", "memorySync", "sync", "witnessedSync", "strictSync", "interval", "activeActive"]
    case .hostIO: ["async", "sync"]
    case .application: ["async", "semiSync", "syncFlush", "syncApply"]
    }
  }
}

/// The keys that state a replication's guarantee. Each layer has its modes, and each mode its keys.
struct ReplicationWords {
  let layer: ReplicationLayer
  let mode: String
  let interval: Duration?
  let checkpoint: Duration?
  let journal: ByteCount?
  var timeout: Duration?
  var fallback: Bool?
  var flowControl: ByteCount?
  var applyDelay: Duration?
  var acknowledge: ActiveActiveMode.Acknowledgement?
  var share: Ratio?
  var history: Duration?
  var keep: Int?

  /// The usual interval of journals, about 5 s (Zerto, RecoverPoint).
  private static let usualCheckpoint = Duration.seconds(5)
  /// The default of MySQL's `rpl_semi_sync_source_timeout` (reference manual 8.0, 19.4.10).
  private static let usualTimeout = Duration.seconds(10)

  func policyMode() throws(Misfit) -> ReplicationPolicy.Mode {
    guard layer.modes.contains(mode) else {
      throw Misfit(
        at: "mode", "the layer '\(layer.rawValue)' has no mode '\(mode)'",
        hint: layer.modes.suggestion(for: mode, noun: "modes of '\(layer.rawValue)'"))
    }
    try checkKeys()
    switch (layer, mode) {
    case (.hostIO, "async"):
      return .hostIO(.asynchronous(checkpointInterval: checkpoint ?? Self.usualCheckpoint))
    case (.hostIO, _): return .hostIO(.synchronous)
    case (.application, "semiSync"):
      return .application(
        .semiSynchronous(timeout: timeout ?? Self.usualTimeout, fallsBack: fallback ?? true))
    case (.application, "syncFlush"): return .application(.synchronousFlush)
    case (.application, "syncApply"): return .application(.synchronousApply)
    case (.application, _): return .application(.asynchronous)
    case (.storage, "activeActive"): return .activeActive(try activeActive())
    case (.storage, "memorySync"): return .storage(.memorySynchronous)
    case (.storage, "sync"): return .storage(.synchronous)
    case (.storage, "witnessedSync"): return .storage(.witnessedSynchronous)
    case (.storage, "strictSync"): return .storage(.strictSynchronous)
    case (.storage, _): return .storage(interval.map { .interval($0) } ?? .asynchronous)
    }
  }

  private func activeActive() throws(Misfit) -> ActiveActiveMode {
    let share = share ?? .percent(50)
    guard share > .zero, share < .one else {
      throw Misfit(
        at: "share", "with a share of \(share) one of the sites serves nobody",
        hint: "write more than 0 % and less than 100 %, or another mode for a site that stands by")
    }
    return ActiveActiveMode(acknowledgement: acknowledge ?? .peer, share: share)
  }

  private func checkKeys() throws(Misfit) {
    let written = "the mode '\(mode)' of the layer '\(layer.rawValue)'"
    try check("interval", interval != nil, goes: mode == "interval", written, "the mode 'interval'")
    try check(
      "checkpoint", checkpoint != nil, goes: layer == .hostIO && mode == "async", written,
      "the mode 'async' of the layer 'hostIO'")
    try check("journal", journal != nil, goes: layer == .hostIO, written, "the layer 'hostIO'")
    try check("history", history != nil, goes: layer == .hostIO, written, "the layer 'hostIO'")
    try check("keep", keep != nil, goes: mode == "interval", written, "the mode 'interval'")
    try check("timeout", timeout != nil, goes: mode == "semiSync", written, "the mode 'semiSync'")
    try check("fallback", fallback != nil, goes: mode == "semiSync", written, "the mode 'semiSync'")
    try check(
      "flowControl", flowControl != nil, goes: layer == .application, written, "the layer 'application'")
    try check(
      "acknowledge", acknowledge != nil, goes: mode == "activeActive", written, "the mode 'activeActive'")
    try check("share", share != nil, goes: mode == "activeActive", written, "the mode 'activeActive'")
    try checkDelay(written)
    if mode == "interval", interval == nil {
      throw Misfit(
        at: "mode", "the mode 'interval' has no interval",
        hint: "add 'interval': from one snapshot to the next, for example '15 min'")
    }
    if layer == .hostIO, journal == nil {
      throw Misfit(
        at: "layer", "the layer 'hostIO' has no journal",
        hint: "add 'journal': how much it holds at the DR site, for example '200 GiB'")
    }
  }

  /// Refuses a delay where commits would wait for it.
  private func checkDelay(_ written: String) throws(Misfit) {
    guard applyDelay != nil else { return }
    try check("applyDelay", true, goes: layer == .application, written, "the layer 'application'")
    if mode == "syncApply" {
      throw Misfit(
        at: "applyDelay", "in the mode 'syncApply' every commit would wait for the delay",
        hint: "write 'mode: syncFlush', or remove 'applyDelay'")
    }
    if flowControl != nil {
      throw Misfit(
        at: "applyDelay", "by 'flowControl' commits would wait for what is applied late",
        hint: "remove 'flowControl' or 'applyDelay'")
    }
  }

  private func check(
    _ key: String, _ isGiven: Bool, goes: Bool, _ written: String, _ home: String
  ) throws(Misfit) {
    guard isGiven, !goes else { return }
    throw Misfit(at: key, "'\(key)' does not go with \(written)", hint: "remove it: it goes with \(home)")
  }
}

extension ReplicationPolicy.Mode {
  /// The layer's name in reports: `host_io`.
  public var layerReportName: String {
    switch self {
    case .storage, .activeActive: "storage"
    case .hostIO: "host_io"
    case .application: "application"
    }
  }

  /// The mode's name in reports: `strict_sync`.
  public var modeReportName: String {
    switch self {
    case .storage(.asynchronous), .hostIO(.asynchronous), .application(.asynchronous): "async"
    case .storage(.memorySynchronous): "memory_sync"
    case .storage(.synchronous), .hostIO(.synchronous): "sync"
    case .storage(.witnessedSynchronous): "witnessed_sync"
    case .storage(.strictSynchronous): "strict_sync"
    case .storage(.interval): "interval"
    case .activeActive: "active_active"
    case .application(.semiSynchronous): "semi_sync"
    case .application(.synchronousFlush): "sync_flush"
    case .application(.synchronousApply): "sync_apply"
    }
  }

  /// The interval of recoverable points; `nil` where every write is one.
  public var pointInterval: Duration? {
    switch self {
    case .storage(.interval(let interval)): interval
    case .hostIO(.asynchronous(let interval)): interval
    case .storage, .hostIO, .application, .activeActive: nil
    }
  }

  /// Whether a write is acknowledged only when the DR site has it.
  public var isSynchronous: Bool {
    switch self {
    case .storage(.asynchronous), .storage(.interval), .hostIO(.asynchronous), .application(.asynchronous):
      false
    case .activeActive(let mode): mode.acknowledgement == .peer
    case .storage, .hostIO, .application: true
    }
  }

  /// Whether no write is ever acknowledged without the DR site.
  public var waitsForPeer: Bool { self == .storage(.strictSynchronous) || logWaitsForPeer }
}

extension Standby.Kind {
  /// The name in reports: `warm_standby`.
  public var reportName: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}
