import Storage
import Units

/// How a site whose volumes are empty gets what the other holds: it asks with every retry, in the session that it began; the
/// other marks all its pages, and says when all of them have been answered.
extension ActivePeer {
  mutating func askForEverything(_ effects: inout [ReplicationEffect]) {
    effects.append(.send(conversation.compose(.hello, term: 0)))
  }

  mutating func hearEmptySite(
    _ message: Message, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    guard kept.isWhole else { return effects.append(.refused(.notNow)) }
    guard message.session >= kept.heardSession, message.session >= kept.filledSession else {
      return effects.append(.refused(.otherSession))
    }
    if message.session > kept.filledSession { promiseEverything(in: message.session, at: now, &effects) }
    if kept.owesNothing { sayThatItIsWhole(&effects) }
  }

  private mutating func promiseEverything(
    in session: UInt64, at now: Instant, _ effects: inout [ReplicationEffect]
  ) {
    (kept.filledSession, kept.isPeerWhole) = (session, false)
    listen(to: session)
    // Answers to what was sent to the site before say nothing of the one that is there now.
    (sent, late) = ([], [])
    answered = StampTable(pages: pending.map(\.pageCount))
    for volume in pending.indices {
      for page in 0..<pending[volume].pageCount {
        if kept.own[volume, page] <= kept.theirs[volume, page] { renew(page, of: volume) }
        mark(page, of: volume)
      }
      kept.owed[volume].insertAll()
    }
    lastAnswer = now
    (isAlone, rejoinsAt) = (false, nil)
    beginResync()
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }

  /// What the other site needed has come there.
  mutating func considerPromise(_ effects: inout [ReplicationEffect]) {
    guard !kept.isPeerWhole, kept.filledSession > 0, kept.owesNothing else { return }
    sayThatItIsWhole(&effects)
  }

  private mutating func sayThatItIsWhole(_ effects: inout [ReplicationEffect]) {
    kept.isPeerWhole = true
    effects.append(
      .send(
        Message(group: group.id, term: 0, session: kept.filledSession, sequence: 0, body: .ready)))
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }

  mutating func becomeWhole(_ message: Message, _ effects: inout [ReplicationEffect]) {
    guard message.session == kept.boots else { return effects.append(.refused(.otherSession)) }
    guard !kept.isWhole else { return effects.append(.refused(.replayed)) }
    (kept.isWhole, kept.isPeerWhole) = (true, true)
    effects.append(.record(Ticket(.prepare), ByteCount(4_096)))
  }
}
