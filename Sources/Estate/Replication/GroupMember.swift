import Replication
import Units

/// The place of a volume in a protection group.
struct GroupMember: Sendable {
  let pair: PairID
  let place: Int
}

/// The party that waits for a flush of earlier writes to a volume.
enum FlushOwner: Sendable {
  /// An application, whose writes through this number are acknowledged; `nil` when no client waits for the
  /// flush.
  case application(through: Int?)
  /// The application at the old site, while that site still serves.
  case leftSite(through: Int)
  /// The source of the group above, whose device is this volume.
  case source(PairID, node: Int, generation: Int, Ticket)
}

extension FlushOwner {
  var isAtLeftSite: Bool {
    if case .leftSite = self { true } else { false }
  }
}
