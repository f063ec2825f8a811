/// The state of a protection group: the primary, the term, and the verbs allowed next.
///
/// States and verbs are those of the Open Telekom Cloud's Storage Disaster Recovery Service (user guide,
/// "Protection Group Statuses"). Beginning a verb returns its steps, and the verb then finishes or fails. A
/// verb that the state does not allow is refused with the reason.
public struct ProtectionGroup: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// The group exists and is not protected.
    case available
    case starting
    /// Writes are replicated from the primary to the other site.
    case protected
    case stopping
    /// A planned move to the other site is under way.
    case reversing
    case failingOver
    /// The other site serves without protection.
    case failedOver
    case reprotecting
    case errorStarting
    case errorStopping
    case errorReversing
    case errorFailingOver
    case errorReprotecting
  }

  public enum Verb: String, Hashable, Sendable, CaseIterable {
    case enableProtection, disableProtection
    /// A planned move to the other site without loss.
    case switchover
    /// An unplanned takeover by the other site with the data that it has.
    case failover
    /// Replication from the new primary to the old one after a failover.
    case reprotect
    /// A planned move without loss back to the group's home site.
    case failback
    /// A rehearsal on a branch that does not affect production.
    case drill
  }

  public private(set) var state = State.available
  /// The serving site.
  public private(set) var primary: UInt8
  /// The site at which the group was created.
  public let home: UInt8
  public let other: UInt8
  /// The newest term in which a promotion happened or was attempted.
  public private(set) var term: UInt64 = 1
  /// The number of failovers to a copy that was not known to be consistent and current.
  public private(set) var forcedFailovers = 0
  private var underWay: Verb?

  public init(home: UInt8 = 0, other: UInt8 = 1) {
    precondition(home != other, "a group has two sites")
    (primary, self.home, self.other) = (home, home, other)
  }

  public var secondary: UInt8 { primary == home ? other : home }

  // MARK: Verbs

  /// Begins a verb and returns its steps. A refusal changes nothing.
  public mutating func begin(_ verb: Verb, isForced: Bool = false) throws(VerbRefusal) -> [GroupStep] {
    if let reason = objection(to: verb) { throw VerbRefusal(verb: verb, state: state, reason: reason) }
    if verb == .drill { return drillSteps }
    underWay = verb
    switch verb {
    case .enableProtection:
      state = .starting
      return [.beginTarget(secondary), .beginSource(primary), .awaitSync]
    case .disableProtection:
      state = .stopping
      return [.stopReplication]
    case .switchover, .failback:
      state = .reversing
      term += 1
      return moveSteps
    case .failover:
      state = .failingOver
      term += 1
      if isForced { forcedFailovers += 1 }
      return [
        .fence(primary, term: term), .grant(secondary, term: term, isForced: isForced),
        .promote(secondary, term: term, isForced: isForced), .beginSource(secondary), .startHosts(secondary),
      ]
    case .reprotect:
      state = .reprotecting
      return [.beginTarget(secondary), .awaitSync]
    case .drill: return drillSteps
    }
  }

  /// Ends the verb after its steps succeeded or one of them failed.
  public mutating func finish(succeeded: Bool) {
    guard let verb = underWay else { preconditionFailure("no verb is under way") }
    underWay = nil
    switch verb {
    case .enableProtection: state = succeeded ? .protected : .errorStarting
    case .disableProtection: state = succeeded ? .available : .errorStopping
    case .switchover, .failback:
      if succeeded { primary = secondary }
      state = succeeded ? .protected : .errorReversing
    case .failover:
      if succeeded { primary = secondary }
      state = succeeded ? .failedOver : .errorFailingOver
    case .reprotect: state = succeeded ? .protected : .errorReprotecting
    case .drill: break
    }
  }

  /// The steps of a planned move: quiesce, drain, compare digests, switch.
  private var moveSteps: [GroupStep] {
    [
      .stopHosts(primary), .drain(primary), .compareDigests, .grant(secondary, term: term, isForced: false),
      .promote(secondary, term: term, isForced: false), .beginTarget(primary), .beginSource(secondary),
      .startHosts(secondary), .awaitSync,
    ]
  }

  private var drillSteps: [GroupStep] {
    [.branch, .promote(secondary, term: term + 1, isForced: false), .startHosts(secondary), .discardBranch]
  }

  /// Returns the reason why a verb cannot begin now; `nil` when it can.
  public func objection(to verb: Verb) -> VerbRefusal.Reason? {
    guard state.allows(verb) else { return state.isTransient ? .anotherIsUnderWay : .notInThisState }
    if verb == .failback, primary == home { return .isAtHome }
    return nil
  }
}

extension ProtectionGroup.State {
  /// Whether a verb is being carried out.
  public var isTransient: Bool {
    switch self {
    case .starting, .stopping, .reversing, .failingOver, .reprotecting: true
    default: false
    }
  }

  public var isError: Bool {
    switch self {
    case .errorStarting, .errorStopping, .errorReversing, .errorFailingOver, .errorReprotecting: true
    default: false
    }
  }

  /// Whether a verb is allowed in a state. A failover is allowed during a planned move, because a disaster
  /// may strike then.
  func allows(_ verb: ProtectionGroup.Verb) -> Bool {
    switch self {
    case .available: verb == .enableProtection
    case .protected: verb != .enableProtection && verb != .reprotect
    case .failedOver: verb == .reprotect
    case .reversing: verb == .failover
    case .errorStarting: verb == .enableProtection || verb == .disableProtection
    case .errorStopping: verb == .disableProtection
    case .errorReversing: verb == .switchover || verb == .failback || verb == .failover
    case .errorFailingOver: verb == .failover
    case .errorReprotecting: verb == .reprotect || verb == .disableProtection
    case .starting, .stopping, .failingOver, .reprotecting: false
    }
  }
}

/// The refusal of a verb in the group's present state.
public struct VerbRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    case notInThisState = "the group is in no state for it"
    case anotherIsUnderWay = "another verb is under way"
    case isAtHome = "the group is at home already"
  }

  public let verb: ProtectionGroup.Verb
  public let state: ProtectionGroup.State
  public let reason: Reason

  public var description: String { "\(verb.rawValue) while \(state.rawValue): \(reason.rawValue)" }
}

/// A step of a verb for the orchestration. Sites are given by their node numbers.
public enum GroupStep: Hashable, Sendable {
  case stopHosts(UInt8)
  case startHosts(UInt8)
  case drain(UInt8)
  /// Verifies that the volumes of both sites hold the same bytes; otherwise the step fails.
  case compareDigests
  /// Stops all acknowledgements at the site, if the site can be reached.
  case fence(UInt8, term: UInt64)
  /// Asks the witness to make the site the primary of the term.
  case grant(UInt8, term: UInt64, isForced: Bool)
  case promote(UInt8, term: UInt64, isForced: Bool)
  case beginSource(UInt8)
  case beginTarget(UInt8)
  case awaitSync
  case stopReplication
  case branch
  case discardBranch
}
