import Replication
import Storage
import Units

/// A planted defect: what an engine hears, says or stores is altered, as if the engine, its driver or the orchestration
/// had been written wrong.
enum Mutant: String, CaseIterable {
  // Acknowledgements.
  case acknowledgesBeforeItIsDurable, acknowledgesTheReceivedAsDurable, acknowledgesOnePositionTooMany
  case hidesThatItHasDegraded, doesNotAskTheWitness, claimsToBeSafeAlways
  // Devices.
  case skipsFlushesOfTheSource, skipsFlushesOfTheTarget, skipsRecordsOfTheSource, skipsRecordsOfTheTarget
  case losesAWriteOfTheTarget, reversesWritesOfTheTarget, writesToTheNextPage
  // Stored state.
  case forgetsHotExtents, forgetsMarks, forgetsThatTheCopyIsInconsistent, forgetsTheTargetsMarks
  // The stream.
  case dropsBarriers, dropsAPageOfTheResync, beginsOnePositionTooLate, neverRepeats
  // Turns.
  case doesNotRevertToTheSnapshot, takesNoSnapshot, promotesAnOutdatedCopy, usesATermTwice, doesNotFence
  case saysDrainedAtOnce, passesForTheSameGeneration

  /// The modes in which it can show.
  var modes: [Mode] {
    switch self {
    case .acknowledgesBeforeItIsDurable: [.synchronous, .strict, .hostSynchronous]
    case .acknowledgesTheReceivedAsDurable: [.synchronous, .strict]
    case .hidesThatItHasDegraded: [.synchronous, .hostSynchronous]
    case .doesNotAskTheWitness, .promotesAnOutdatedCopy: [.witnessed]
    case .dropsBarriers: [.synchronous, .asynchronous, .memorySynchronous]
    case .doesNotRevertToTheSnapshot, .takesNoSnapshot, .forgetsThatTheCopyIsInconsistent:
      [.interval, .asynchronous]
    case .claimsToBeSafeAlways, .reversesWritesOfTheTarget, .passesForTheSameGeneration: [.asynchronous]
    default: [.synchronous, .asynchronous, .hostSynchronous, .interval]
    }
  }

  // MARK: Devices

  func skipsFlush(of side: Int, primary: Int) -> Bool {
    self == .skipsFlushesOfTheTarget && side != primary || self == .skipsFlushesOfTheSource && side == primary
  }

  func skipsRecord(of side: Int, primary: Int) -> Bool {
    self == .skipsRecordsOfTheTarget && side != primary || self == .skipsRecordsOfTheSource && side == primary
  }

  func altered(_ state: DurableState) -> DurableState {
    var state = state
    switch self {
    case .forgetsHotExtents: state.activity = ActivityLog(capacity: 4, extentSize: .kibibytes(64))
    case .forgetsMarks: state.marks = state.marks.map { PageSet(pageCount: $0.pageCount) }
    case .forgetsThatTheCopyIsInconsistent: (state.disk, state.hasSnapshot) = (.consistent, false)
    default: break
    }
    return state
  }

  // MARK: What an engine hears

  func altered(_ event: ReplicationEvent, side: Int, primary: Int) -> ReplicationEvent {
    guard case .message(var message) = event else { return event }
    switch (self, message.body) {
    case (.dropsBarriers, .entries(let entries)):
      message = message.saying(.entries(entries.map { $0.kind == .barrier ? $0.voided : $0 }))
    case (.dropsAPageOfTheResync, .entries(let entries)):
      message = message.saying(
        .entries(entries.map { $0.kind == .page && $0.position % 3 == 0 ? $0.voided : $0 }))
    case (.beginsOnePositionTooLate, .plan(var plan)):
      plan.start += 1
      message = message.saying(.plan(plan))
    case (.forgetsTheTargetsMarks, .greeting(var greeting)):
      greeting.marks = greeting.marks.map { PageSet(pageCount: $0.pageCount) }
      message = message.saying(.greeting(greeting))
    case (.passesForTheSameGeneration, .greeting(var greeting)):
      greeting.generations.current = greeting.generations.bases.first ?? greeting.generations.current
      message = message.saying(.greeting(greeting))
    case (.doesNotFence, _): message.term = max(message.term, 2)
    case (.acknowledgesTheReceivedAsDurable, .progress(var progress)):
      progress.durable = progress.received
      message = message.saying(.progress(progress))
    case (.acknowledgesOnePositionTooMany, .progress(var progress)):
      progress.durable = min(progress.durable + 1, progress.received)
      message = message.saying(.progress(progress))
    default: break
    }
    return .message(message)
  }

  // MARK: What an engine says

  func altered(
    _ effects: [ReplicationEffect], side: Int, primary: Int, event: ReplicationEvent, promise: Promise
  ) -> [ReplicationEffect] {
    switch self {
    case .acknowledgesBeforeItIsDurable:
      guard side == primary, case .flush(let ticket, _) = event else { return effects }
      return effects + [.acknowledge(ticket, promise)]
    case .reversesWritesOfTheTarget where side != primary:
      let writes = effects.filter(\.isWrite)
      return Array(writes.reversed()) + effects.filter { !$0.isWrite }
    case .saysDrainedAtOnce:
      if case .command(.drain) = event { return effects + [.drained] }
      return effects
    default: return effects.flatMap { altered($0, isPrimary: side == primary, promise) }
    }
  }

  private func altered(_ effect: ReplicationEffect, isPrimary: Bool, _ promise: Promise)
    -> [ReplicationEffect]
  {
    switch (self, effect) {
    case (.hidesThatItHasDegraded, .acknowledge(let ticket, .degraded)):
      return [.acknowledge(ticket, promise)]
    case (.losesAWriteOfTheTarget, .write(_, let offset, _, _))
    where !isPrimary && offset.bytes % 12_288 == 0:
      return []
    case (.writesToTheNextPage, .write(let volume, let offset, let bytes, let size))
    where !isPrimary && offset.bytes % 20_480 == 0:
      return [.write(volume: volume, offset: offset + .kibibytes(4), bytes: bytes, nominalSize: size)]
    case (.doesNotRevertToTheSnapshot, .snapshot(.revert)): return []
    case (.takesNoSnapshot, .snapshot(.take)) where !isPrimary: return []
    case (.neverRepeats, .wake(.retry, _)): return []
    default: return [effect]
    }
  }
}

extension Message {
  func saying(_ body: Body) -> Message {
    Message(group: group, term: term, session: session, sequence: sequence, body: body)
  }
}

extension Entry {
  /// An entry in its place that does nothing.
  fileprivate var voided: Entry { Entry(.write, position: position, number: number, instant: instant) }
}

extension ReplicationEffect {
  fileprivate var isWrite: Bool { if case .write = self { true } else { false } }
}
