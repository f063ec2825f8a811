import Storage
import Units

extension Journal {
  /// The checkpoints in the journal, oldest first. The volumes below hold the state before the journal's
  /// entries.
  public var heldPoints: [JournalPoint] {
    heldPlaces.map { points[$0] }
  }

  /// Whether the journal still holds a checkpoint. Complexity: O(log n).
  public func holds(_ point: JournalPoint) -> Bool {
    let held = heldPlaces
    var place = max(held.lowerBound, firstPoint(from: point.position))
    while place < held.upperBound, points[place].position == point.position {
      if points[place] == point { return true }
      place += 1
    }
    return false
  }

  /// The places among the points of those whose entries are there.
  private var heldPlaces: Range<UInt64> {
    let first = firstPoint(from: max(1, entries.start) - 1)
    return first..<max(first, firstPoint(from: entries.end))
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
  /// Complexity: O(entries up to the point); only those are written of which something is left in the end.
  public func rewound(_ image: PagedImage, volume: Int, to point: JournalPoint) -> PagedImage {
    guard entries.start <= point.position else { return image }
    return replayed(entries.start..<(point.position + 1), over: image, volume: volume)
  }

  /// Returns an image after some entries of its volume.
  func replayed(_ places: Range<UInt64>, over image: PagedImage, volume: Int) -> PagedImage {
    var image = image
    for place in visible(places, of: volume, pages: image.pageCount).reversed() {
      let entry = entries[place]
      image.write(entry.bytes, at: entry.offset)
    }
    return image
  }
}
