import Storage
import Units

/// The receiving half of a target: the accepted source, its connection, and the entries received in order.
struct Reception: Sendable {
  let group: ReplicaGroup
  var conversation: Correspondence
  /// The plan of the connection; set once the target is prepared.
  private(set) var plan: ConnectionPlan?
  /// The plan that the target is preparing for, and its session.
  private(set) var pending: (session: UInt64, plan: ConnectionPlan)?
  /// The stream position through which everything was received.
  private(set) var received: UInt64 = 0

  init(group: ReplicaGroup, state: DurableState) {
    self.group = group
    conversation = Correspondence(group: group.id, session: 0, boots: state.boots)
  }

  /// Returns the reason why this target refuses a message. The checks are: the group, the sender's role, the
  /// term.
  func objection(to message: Message, term: UInt64) -> Refusal? {
    if message.group != group.id { return .otherGroup(message.group) }
    if !message.body.isOfSource { return .outOfPlace }
    return message.term < term ? .olderTerm(term) : nil
  }

  /// Checks session and sequence. A hello may open a session that is newer than all before.
  mutating func accept(_ message: Message, preparedFor last: UInt64) -> Refusal? {
    if case .hello = message.body, message.session > max(conversation.session, last) {
      conversation.open(message.session, after: message.sequence)
      (plan, pending) = (nil, nil)
      return nil
    }
    return conversation.accept(message)
  }

  /// Accepts a plan; returns `false` when a plan was accepted before.
  mutating func prepare(for plan: ConnectionPlan) -> Bool {
    guard self.plan == nil, pending == nil else { return false }
    pending = (conversation.session, plan)
    return true
  }

  /// Opens the stream after the target is prepared.
  mutating func open() {
    guard let pending, pending.session == conversation.session else { return }
    plan = pending.plan
    received = pending.plan.start
    self.pending = nil
  }

  /// Returns the entries that continue the stream, without those received before.
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
