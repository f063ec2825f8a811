import Storage

extension Recording {
  /// Returns the recording of a standby that applies this recording's log on volumes of its own. The result
  /// is computed once; the same records always give the same bytes.
  ///
  /// Throws the errors of a replica.
  public func standby() throws(StorageError) -> Recording {
    try standbys.withLock { (known) throws(StorageError) -> Recording in
      if let known { return known }
      let made = try Recording(standbyOf: self)
      known = made
      return made
    }
  }

  /// Returns the standby's own volumes after applying every record through a position. They are the same
  /// however often they are requested. Throws `invalid` when there is no such record.
  ///
  /// Complexity: the first call applies every record, and a later one performs a thousand writes.
  public func replicaImage(appliedThrough position: Int) throws(StorageError) -> DatabaseImage {
    guard ((transactions.lowerBound - 1)..<transactions.upperBound).contains(position) else {
      throw StorageError(.invalid, "there is no record \(position)")
    }
    let standby = try standby()
    return standby.image(afterEntries: standby.entryCount(through: position))
  }

  /// Returns the standby's own volumes after applying a mistake, and the changes that followed, behind a
  /// position.
  ///
  /// - Parameters:
  ///   - position: The last transaction before the mistake.
  ///   - changes: The changes of the mistake, then those of each transaction behind it.
  public func replicaImage(
    appliedThrough position: Int, then changes: [Bytes]
  ) throws(StorageError) -> DatabaseImage {
    let replica = try Replica(restarting: replicaImage(appliedThrough: position))
    for (place, bytes) in changes.enumerated() {
      try replica.apply(CommittedChange(position: position + 1 + place, bytes: bytes))
    }
    return replica.image
  }
}
