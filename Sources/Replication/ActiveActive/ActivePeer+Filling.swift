import Storage
import Units

/// Catching up by a site with empty or outdated volumes. The site asks with every retry, in the session that
/// it opened. A site with empty volumes asks for everything; otherwise it asks for the writes missed while
/// down. The other site marks these pages and reports when all have been answered.
extension ActivePeer {
  mutating func ask(_ effects: inout [ReplicationEffect]) {
    effects.append(.send(conversation.compose(kept.isWhole ? .heartbeat : .hello, term: 0)))
  }

  mutating func hearQuestion(
    _ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard kept.isWhole else { return effects.append(.refused(.notNow)) }
    guard message.session >= kept.heardSession, message.session >= kept.filledSession else {
      return effects.append(.refused(.otherSession))
    }
    if message.session > kept.filledSession {
      var isEmpty = false
      if case .hello = message.body { isEmpty = true }
      promise(isEmpty: isEmpty, in: message.session, at: now, &effects)
    }
    if kept.owesNothing { sayThatItIsWhole(&effects) }
  }

  private mutating func promise(
    isEmpty: Bool, in session: UInt64, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    listen(to: session)
    kept.filledSession = session
    // Answers to what was sent to the site before say nothing of the one that is there now.
    (sent, late) = ([], [])
    if isEmpty { markEverything() }
    kept.owed.formUnion(kept.unsent)
    pending = kept.unsent
    isAnswerDue = true
    lastAnswer = now
    if !isAlone { beginResync() }
    if isEmpty { (isAlone, rejoinsAt) = (false, nil) }
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }

  private mutating func markEverything() {
    kept.isPeerWhole = false
    answered = StampTable(pages: pending.map(\.pageCount))
    for volume in pending.indices {
      for page in 0..<pending[volume].pageCount {
        if kept.own[volume, page] <= kept.theirs[volume, page] { renew(page, of: volume) }
        mark(page, of: volume)
      }
    }
  }

  /// Reports completion once the other site has received everything that it needs.
  mutating func considerPromise(_ effects: inout [ReplicationEffect]) {
    guard isAnswerDue || !kept.isPeerWhole, kept.filledSession > 0, kept.owesNothing else { return }
    sayThatItIsWhole(&effects)
  }

  private mutating func sayThatItIsWhole(_ effects: inout [ReplicationEffect]) {
    kept.isPeerWhole = true
    isAnswerDue = false
    effects.append(
      .send(
        Message(group: group.id, term: 0, session: kept.filledSession, sequence: 0, body: .ready)))
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }

  mutating func becomeWhole(_ message: Message, _ effects: inout [ReplicationEffect]) {
    guard message.session == kept.boots else { return effects.append(.refused(.otherSession)) }
    guard !mayServe else { return effects.append(.refused(.replayed)) }
    (kept.isWhole, kept.isPeerWhole, isCurrent) = (true, true, true)
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }
}
