import Storage
import Units

/// One end of a connection. The end numbers its messages and refuses damaged, old, duplicate or misdirected
/// ones.
struct Correspondence: Sendable {
  let group: UInt32
  /// The session of the connection.
  var session: UInt64
  private var spoken: UInt64
  /// The sequence of the last accepted message of this session.
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

  /// Starts to accept messages of another session.
  mutating func open(_ session: UInt64, after sequence: UInt64 = 0) {
    self.session = session
    heard = sequence
  }

  /// Accepts a message of the current session, or returns the reason for a refusal.
  mutating func accept(_ message: Message) -> Refusal? {
    guard message.session == session else { return .otherSession }
    guard message.sequence > heard else { return .replayed }
    heard = message.sequence
    return nil
  }
}
