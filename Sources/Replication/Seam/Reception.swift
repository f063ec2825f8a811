import Storage
import Units

/// The listening half of a target: who is heard, in which connection, and what came in order.
struct Reception: Sendable {
  let group: ReplicaGroup
  var conversation: Correspondence
  /// What was agreed for the connection; set once the target is prepared.
  private(set) var plan: ConnectionPlan?
  /// A plan that the target is preparing for, and the connection it came in.
  private(set) var pending: (session: UInt64, plan: ConnectionPlan)?
  /// The stream position up to which everything came.
  private(set) var received: UInt64 = 0

  init(group: ReplicaGroup, state: DurableState) {
    self.group = group
    conversation = Correspondence(group: group.id, session: 0, boots: state.boots)
  }

  /// Why a message is not for this target now: first the group, then who speaks, then the term.
  func objection(to message: Message, term: UInt64) -> Refusal? {
    if message.group != group.id { return .otherGroup(message.group) }
    if !message.body.isOfSource { return .outOfPlace }
    return message.term < term ? .olderTerm(term) : nil
  }

  /// Session and sequence; a hello may open a session that is newer than all before.
  mutating func accept(_ message: Message, preparedFor last: UInt64) -> Refusal? {
    if case .hello = message.body, message.session > max(conversation.session, last) {
      conversation.open(message.session, after: message.sequence)
      (plan, pending) = (nil, nil)
      return nil
    }
    return conversation.accept(message)
  }

  /// Takes up a plan; `false` when it was taken up before.
  mutating func prepare(for plan: ConnectionPlan) -> Bool {
    guard self.plan == nil, pending == nil else { return false }
    pending = (conversation.session, plan)
    return true
  }

  /// The target is prepared: the stream may begin.
  mutating func open() {
    guard let pending, pending.session == conversation.session else { return }
    plan = pending.plan
    received = pending.plan.start
    self.pending = nil
  }

  /// Entries that go on from what was received, without those that came before; or why they do not.
  mutating func accept(_ entries: [Entry]) throws(Refusal) -> ArraySlice<Entry> {
    guard plan != nil else { throw .outOfPlace }
    guard let first = entries.first, let last = entries.last else { throw .malformed }
    guard first.position <= received + 1 else { throw .gap(after: received) }
    guard last.position > received else { throw .duplicate }
    for (index, entry) in entries.enumerated() {
      guard entry.position == first.position + UInt64(index) else { throw .malformed }
      guard group.contains(entry) else { throw .outsideVolume }
    }
    let new = entries[Int(received + 1 - first.position)...]
    received = last.position
    return new
  }
}
