import Storage
import Units

extension Journal {
  /// The checkpoints in the journal, oldest first. The volumes below hold the state before the journal's
  /// entries.
  public var heldPoints: [JournalPoint] {
    (points.start..<points.end).map { points[$0] }.filter {
      $0.position + 1 >= entries.start && $0.position < entries.end
    }
  }

  /// The checkpoints and the states after every write received in order, oldest first.
  ///
  /// A resync sends pages in any order, so no write between its begin and end gives a state. A state is a
  /// nanosecond younger than its last write, so a write at an instant is not in that instant's state.
  ///
  /// Complexity: O(entries).
  public var heldStates: [JournalPoint] {
    let held = heldPoints
    guard let first = held.first else { return [] }
    var states: [JournalPoint] = []
    var (begins, isOrdered) = (held[...], incompleteFrom == nil)
    var position = entries.end
    while position > max(entries.start, first.position) {
      position -= 1
      while let last = begins.last, last.position >= position {
        if last.position == position, last.point.number == 0, entries[position].kind != .end {
          isOrdered = true
        }
        states.append(begins.removeLast())
      }
      switch entries[position].kind {
      case .end: isOrdered = false
      case .write where isOrdered && states.last?.position != position:
        let entry = entries[position]
        states.append(
          JournalPoint(
            position: position,
            point: ReplicaPoint(
              number: 0, instant: entry.instant + .nanoseconds(1), lastWrite: entry.number)))
      case .barrier, .write, .page, .point: break
      }
    }
    return begins + states.reversed()
  }

  /// Whether points were dropped because the journal was full.
  public var hasGivenUpPoints: Bool { points.start > 1 }

  /// Returns a volume's contents at a point, by replaying entries over the volume's image.
  ///
  /// Complexity: O(entries up to the point).
  public func rewound(_ image: PagedImage, volume: Int, to point: JournalPoint) -> PagedImage {
    var image = image
    var position = entries.start
    while position <= point.position {
      let entry = entries[position]
      if entry.changesVolume, Int(entry.volume) == volume { image.write(entry.bytes, at: entry.offset) }
      position += 1
    }
    return image
  }
}
