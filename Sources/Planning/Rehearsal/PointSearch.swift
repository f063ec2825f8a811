import Estate
import Units

/// The search for the recovery point that a service is restored from.
///
/// Where it is known until when the data was right, the newest such point is taken, and an older one only when the
/// restore fails. Where it is not, points are restored and scanned; as damage stays in every later point, bisection finds
/// the newest clean one.
struct PointSearch {
  let service: ServiceID
  let needsScan: Bool
  /// Points restored and scanned so far, the current one included.
  private(set) var tried = 1
  /// Oldest first.
  private var options: [RecoveryOption]
  /// Options below are known or hoped to be clean, options from `high` on are known to be bad.
  private var low: Int
  private var high: Int
  private var place: Int
  /// The newest option found clean.
  private var clean: Int?
  private var hadOptions: Bool

  init(_ recovery: DataRecovery, among options: [RecoveryOption], of service: ServiceID) {
    self.service = service
    hadOptions = !options.isEmpty
    switch recovery {
    case .newest(let limit):
      needsScan = false
      // What was written to a copy at the very limit may be the damage.
      self.options = options.filter { $0.isOfCopy ? $0.instant < limit : $0.instant <= limit }
    case .newestClean:
      needsScan = true
      self.options = options
    }
    low = 0
    high = self.options.count
    place = high - 1
    settlePlace()
  }

  /// What to restore now; `nil` when nothing is left.
  var current: RecoveryOption? { options.indices.contains(place) ? options[place] : nil }

  /// Whether the current option was found clean and no newer one can be.
  private(set) var isSettled = false

  /// The search without the option that could not be restored.
  var withoutCurrent: PointSearch {
    var next = self
    next.options.remove(at: place)
    next.high -= 1
    if let clean, clean > place { next.clean = clean - 1 }
    next.settlePlace()
    return next
  }

  func after(isClean: Bool) -> PointSearch {
    var next = self
    if isClean {
      next.clean = place
      next.low = place + 1
    } else {
      next.high = place
    }
    if isClean, next.low == next.high {
      next.isSettled = true
      return next
    }
    next.tried += 1
    next.settlePlace()
    return next
  }

  func failure(for name: String) -> String {
    if !hadOptions { return "no recovery point of \(name) survived" }
    if needsScan { return "no recovery point of \(name) is clean" }
    return "no recovery point of \(name) is older than the damage and can be restored"
  }

  /// Reads every byte of the service at the strategy's scan rate.
  func scanTime(in context: RunbookExecution.Context) -> Duration {
    let volumes = context.scenario.blueprint.services[service].volumes.map {
      context.scenario.blueprint.volumes[$0]
    }
    let bytes = volumes.reduce(ByteCount.zero) { $0 + $1.used.of($1.size) }
    return context.strategy.recovery.scanRate.time(for: bytes)
  }

  /// The middle of what is not known yet; when all is known, the newest clean option, to be restored once more.
  private mutating func settlePlace() {
    if !needsScan {
      place = options.count - 1
    } else if low < high {
      // The newest first: most damage is found before it is in many points.
      place = tried == 1 ? high - 1 : (low + high) / 2
    } else {
      place = clean ?? -1
    }
  }
}

extension RecoveryOption {
  /// Whether it is a state of a copy at another site, to which whatever did the damage was copied too.
  fileprivate var isOfCopy: Bool {
    switch source {
    case .journal, .remoteSnapshot: true
    case .snapshot, .vault: false
    }
  }
}
