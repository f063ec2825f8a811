import Storage

extension Recording {
  /// What another SQLite does to volumes of its own while it carries out the logical log of this one from its first record to
  /// its last: the recording of a standby. Made once, at the first call; the same records always make the same bytes.
  ///
  /// Throws what a replica throws.
  public func standby() throws(StorageError) -> Recording {
    try standbys.withLock { (known) throws(StorageError) -> Recording in
      if let known { return known }
      let made = try Recording(standbyOf: self)
      known = made
      return made
    }
  }

  /// The standby's own volumes after it has applied every record up to a position, of its own making and not a copy of the
  /// primary's. They are the same whenever and however often they are asked for. Throws `invalid` when there is no such
  /// record.
  ///
  /// Complexity: the first call applies every record there is, a later one carries out a thousand writes.
  public func replicaImage(appliedThrough position: Int) throws(StorageError) -> DatabaseImage {
    guard ((transactions.lowerBound - 1)..<transactions.upperBound).contains(position) else {
      throw StorageError(.invalid, "there is no record \(position)")
    }
    let standby = try standby()
    return standby.image(afterEntries: standby.entryCount(through: position))
  }

  /// The standby's own volumes when it has applied a mistake behind the last record that is right, and what followed.
  ///
  /// - Parameters:
  ///   - position: The last transaction before the mistake.
  ///   - changes: The changes of the mistake, then those of each transaction behind it.
  public func replicaImage(
    appliedThrough position: Int, then changes: [Bytes]
  ) throws(StorageError) -> DatabaseImage {
    let replica = try Replica(restarting: replicaImage(appliedThrough: position))
    for (place, bytes) in changes.enumerated() {
      try replica.apply(LogRecord(position: position + 1 + place, bytes: bytes))
    }
    return replica.image
  }
}
