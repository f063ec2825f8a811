import Replication
import Units

/// A volume's place in a protection group.
struct GroupMember: Sendable {
  let pair: PairID
  let place: Int
}

/// Whoever waits until what was written to a volume so far is durable, or as far as the mode promises.
enum FlushOwner: Sendable {
  /// An application; its writes through this one are acknowledged. `nil` when nobody counts on it.
  case application(through: Int?)
  /// The application at the site that was left, while that still serves.
  case leftSite(through: Int)
  /// The source of a group above, whose device this volume is.
  case source(PairID, node: Int, generation: Int, Ticket)
}

extension FlushOwner {
  var isAtLeftSite: Bool {
    if case .leftSite = self { true } else { false }
  }
}
