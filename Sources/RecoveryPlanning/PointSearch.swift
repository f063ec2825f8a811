import Estate
import Units

/// The search for the recovery point that a service is restored from.
///
/// If the end of the right data is known, the newest point before it is taken, and an older one only when the
/// restore fails. Otherwise points are restored and scanned. Damage stays in every later point, so bisection
/// finds the newest clean one.
package struct PointSearch {
  package let service: ServiceID
  package let needsScan: Bool
  /// The number of points restored and scanned so far, including the current one.
  package private(set) var tried = 1
  /// The options, oldest first.
  private var options: [RecoveryOption]
  /// The bounds of the search. Options below `low` are clean or assumed clean, and options from `high` on are
  /// bad.
  private var low: Int
  private var high: Int
  private var place: Int
  /// The newest option that a scan found clean.
  private var clean: Int?
  private var hadOptions: Bool

  package init(_ recovery: DataRecovery, among options: [RecoveryOption], of service: ServiceID) {
    self.service = service
    hadOptions = !options.isEmpty
    switch recovery {
    case .newest(let limit):
      needsScan = false
      // A write to a copy at the very limit may be the damage.
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

  /// The option to restore now; `nil` when none is left.
  package var current: RecoveryOption? { options.indices.contains(place) ? options[place] : nil }

  /// Whether the current option is clean and no newer one can be.
  package private(set) var isSettled = false

  /// The search without the current option, which could not be restored.
  package var withoutCurrent: PointSearch {
    var next = self
    next.options.remove(at: place)
    next.high -= 1
    if let clean, clean > place { next.clean = clean - 1 }
    next.settlePlace()
    return next
  }

  package func after(isClean: Bool) -> PointSearch {
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

  package func failure(for name: String) -> String {
    if !hadOptions { return "no recovery point of \(name) survived" }
    if needsScan { return "no recovery point of \(name) is clean" }
    return "no recovery point of \(name) is older than the damage and can be restored"
  }

  /// Moves to the middle of the unknown range. When all is known, the newest clean option is restored again.
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
  /// Whether the option is a state of a copy at another site. Damage is replicated to such a copy too.
  fileprivate var isOfCopy: Bool {
    switch source {
    case .journal, .remoteSnapshot: true
    case .snapshot, .vault: false
    }
  }
}
