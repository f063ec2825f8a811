import Storage
import Units

/// One end of a conversation: numbers what it says, and refuses what is damaged, old, doubled or meant for others.
struct Correspondence: Sendable {
  let group: UInt32
  /// The connection that is spoken in.
  var session: UInt64
  private var spoken: UInt64
  /// The sequence of the last message that was accepted in this session.
  private var heard: UInt64 = 0

  /// - Parameter boots: how often this end has begun; keeps its sequences apart from those before a crash.
  init(group: UInt32, session: UInt64, boots: UInt64) {
    self.group = group
    self.session = session
    spoken = boots << 32
  }

  mutating func compose(_ body: Message.Body, term: UInt64) -> Message {
    spoken += 1
    return Message(group: group, term: term, session: session, sequence: spoken, body: body)
  }

  /// Begins to listen in another session.
  mutating func open(_ session: UInt64, after sequence: UInt64 = 0) {
    self.session = session
    heard = sequence
  }

  /// What is wrong with a message of the current session, if anything; accepting it is noted.
  mutating func accept(_ message: Message) -> Refusal? {
    guard message.session == session else { return .otherSession }
    guard message.sequence > heard else { return .replayed }
    heard = message.sequence
    return nil
  }
}
