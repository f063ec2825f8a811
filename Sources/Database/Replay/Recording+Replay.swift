import Storage

/// A database that was restored and then brought forward by its log.
public struct ReplayedDatabase: Sendable {
  /// The operations of the replay, which also has the past contents of every page.
  public let recording: Recording
  /// The volumes after the last record.
  public let image: DatabaseImage
}

/// The replays on the latest bases, newest last, by a digest of each base.
struct ReplayMemory {
  private static let countMaximum = 4
  private var replays: [(base: UInt64, replay: LogReplay)] = []

  /// Returns the replay on a base, or begins one. A replay that contradicts the records is begun anew.
  mutating func replay(
    on image: DatabaseImage, of records: [CommittedChange]
  ) throws(StorageError) -> LogReplay {
    let digest = image.digest
    if let known = replays.first(where: { $0.base == digest })?.replay, known.agrees(with: records) {
      return known
    }
    let replay = try LogReplay(on: image)
    replays.removeAll { $0.base == digest }
    if replays.count == Self.countMaximum { replays.removeFirst() }
    replays.append((digest, replay))
    return replay
  }
}

extension Recording {
  /// Returns a restored database after the replay of log records on it.
  ///
  /// - Parameters:
  ///   - image: The restored volumes, as a backup left them. SQLite recovers them first.
  ///   - records: The records behind the last transaction of the image, without a gap.
  ///
  /// Throws `damaged` when a record is damaged or does not fit the data, and `conditionFailed` when one is missing.
  public func replayed(
    on image: DatabaseImage, through records: [CommittedChange]
  ) throws(StorageError) -> ReplayedDatabase {
    try replays.withLock { (memory) throws(StorageError) -> ReplayedDatabase in
      let replay = try memory.replay(on: image, of: records)
      try replay.apply(records)
      let recording = replay.recording(of: self)
      let end = records.last.map { recording.entryCount(through: $0.position) } ?? 0
      return ReplayedDatabase(recording: recording, image: recording.image(afterEntries: end))
    }
  }
}

extension DatabaseImage {
  /// A digest over all pages of both volumes.
  fileprivate var digest: UInt64 {
    var digest: UInt64 = 0
    for file in DatabaseFile.allCases {
      for page in 0..<self[file].pageCount {
        let bytes = self[file][page: page]
        guard !bytes.isEmpty, !bytes.isZero else { continue }
        digest = (digest ^ UInt64(page << 1 | file.rawValue)).mixed
        digest = bytes.withUnsafeBytes { digest.mixed(with: $0) }
      }
    }
    return digest
  }
}
