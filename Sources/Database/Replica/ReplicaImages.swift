import Storage
import Synchronization

/// The volumes of a replica at any position: as the same records always make the same bytes, the work is done once and
/// shared by all branches of a world.
final class ReplicaImages: Sendable {
  private let base: DatabaseImage
  private let records: [LogRecord]
  /// At the base, and after each checkpoint that was come to, when the log is empty and most pages are shared.
  private let landmarks = Mutex<[(position: Int, image: DatabaseImage)]>([])

  init(base: DatabaseImage, records: [LogRecord]) {
    self.base = base
    self.records = records
  }

  /// Throws `invalid` when no record has this position, else what a replica throws.
  func image(appliedThrough position: Int) throws(StorageError) -> DatabaseImage {
    try landmarks.withLock { (landmarks) throws(StorageError) -> DatabaseImage in
      if landmarks.isEmpty {
        let replica = try Replica(seededFrom: base)
        landmarks.append((replica.position, replica.image))
      }
      let first = landmarks[0].position
      guard (first...(first + records.count)).contains(position) else {
        throw StorageError(.invalid, "there is no record \(position)")
      }
      let nearest = landmarks.last { $0.position <= position } ?? landmarks[0]
      if nearest.position == position { return nearest.image }
      var replica = try Replica(restarting: nearest.image)
      for next in (nearest.position + 1)...position {
        try replica.apply(records[next - first - 1])
        if replica.isCheckpointed, next > landmarks[landmarks.count - 1].position {
          landmarks.append((next, replica.image))
          // SQLite counts in the header how often the database was opened to write: at every landmark, once.
          replica = try Replica(restarting: replica.image)
        }
      }
      return replica.image
    }
  }
}
