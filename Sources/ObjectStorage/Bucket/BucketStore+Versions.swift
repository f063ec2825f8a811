import Foundation
import Storage
import Units

/// Puts in a bucket that keeps all versions, as object lock needs.
///
/// Some servers ignore the conditions of puts in such a bucket, and a put or delete of a locked name only hides it. So
/// the order of versions decides: the oldest version of a name counts, then each version that replaces the one that
/// counted before. A writer puts, lists, and removes its version unless it directly follows the one it replaces.
/// Versions that replace nothing that counts are ignored, and so are delete markers.
extension BucketStore {
  // MARK: Reading

  func newestByVersions(_ key: ObjectKey, _ part: StoredObject.Part) throws(StorageError) -> StoredObject? {
    let found = try fetch(key, part)
    // The only version of an object that never was replaced: by far the most frequent.
    if let found, found.replaced == 0, !found.isTombstone { return found }
    guard let version = try present(key) else { return nil }
    if let found, found.versionID == version { return found }
    return try fetch(key, part, version: version)
  }

  /// Returns the version that counts; `nil` when there is none.
  private func present(_ key: ObjectKey) throws(StorageError) -> String? {
    let versions = try versions(of: key)
    guard let oldest = versions.first, oldest.Size != StoredObject.tombstoneSize else { return nil }
    var present = oldest
    guard versions.count > 1 else { return present.VersionId }
    var number = try fetch(key, .trailer, version: oldest.VersionId)?.attributes(of: key).version
    for version in versions.dropFirst() {
      guard let next = try fetch(key, .trailer, version: version.VersionId), next.replaced == number else {
        continue
      }
      if next.isTombstone { return nil }
      guard let attributes = try? next.attributes(of: key) else { continue }
      (present, number) = (version, attributes.version)
    }
    return present.VersionId
  }

  /// Returns the versions of one key, oldest first.
  private func versions(of key: ObjectKey) throws(StorageError) -> [VersionPage.Entry] {
    let name = address.fullName(key.name)
    return try asStorage { () throws(BucketProblem) in
      try client.versions(beginning: name, until: { $0 != name }).filter { $0.Key == name }
    }.reversed()
  }

  func listVersions(prefix: String, below above: String) throws(StorageError) -> [ObjectKey] {
    let all = try asStorage { () throws(BucketProblem) in try client.versions(beginning: above + prefix) }
    var keys: [ObjectKey] = []
    var start = 0
    while start < all.count {
      let end = all[start...].firstIndex { $0.Key != all[start].Key } ?? all.count
      defer { start = end }
      guard let key = ObjectKey(String(all[start].Key.dropFirst(above.count))) else { continue }
      let hasTombstone = all[start..<end].contains { $0.Size == StoredObject.tombstoneSize }
      if hasTombstone, try present(key) == nil { continue }
      keys.append(key)
    }
    return keys.sorted()
  }

  // MARK: Writing

  func createByVersions(_ key: ObjectKey, _ object: NewObject) throws(StorageError) {
    let mine = try putVersion(key, object.bytes, replacing: 0, object.lockHeaders)
    let versions = try versions(of: key)
    guard let oldest = versions.first, oldest.ETag == mine.etag else {
      removeVersion(key, mine.id)
      throw StorageError(.conditionFailed, "\(key) exists")
    }
    // This version is of an attempt whose answer was lost.
    if oldest.VersionId != mine.id { removeVersion(key, mine.id) }
  }

  func replaceByVersions(
    _ key: ObjectKey, at expected: UInt64, _ object: NewObject, at now: Instant
  ) throws(StorageError) {
    guard let held = try newest(key, .trailer), let heldID = held.versionID else {
      throw StorageError(.conditionFailed, "\(key) does not exist")
    }
    let attributes = try held.attributes(of: key)
    guard attributes.version == expected else {
      throw StorageError(.conditionFailed, "\(key) is not at version \(expected)")
    }
    try refuseIfLocked(key, attributes, at: now)
    let mine = try putVersion(key, object.bytes, replacing: expected, object.lockHeaders)
    _ = try settle(key, mine, after: heldID)
    removeVersion(key, heldID)
  }

  /// Returns the versions, once ours directly follows the one it replaces; removes ours and throws
  /// `conditionFailed` otherwise.
  private func settle(
    _ key: ObjectKey, _ mine: (id: String, etag: String), after held: String
  ) throws(StorageError) -> [VersionPage.Entry] {
    let versions = try versions(of: key)
    let place = versions.firstIndex { $0.ETag == mine.etag && $0.VersionId != held }
    guard let place, place > 0, versions[place - 1].VersionId == held else {
      removeVersion(key, mine.id)
      throw StorageError(.conditionFailed, "\(key) was replaced by another client")
    }
    if versions[place].VersionId != mine.id { removeVersion(key, mine.id) }
    return versions
  }

  private func putVersion(
    _ key: ObjectKey, _ bytes: Bytes, replacing version: UInt64, _ headers: [(name: String, value: String)]
  ) throws(StorageError) -> (id: String, etag: String) {
    let answer = try send(key, bytes, [(StoredObject.replaces, "\(version)")] + headers)
    guard answer.hasSucceeded else { throw refusal(answer, doing: "write objects") }
    guard let id = answer.response.headers["x-amz-version-id"], id != "null",
      let etag = answer.response.headers["etag"]
    else {
      throw StorageError(
        .unavailable, "the bucket no longer keeps versions; enable versioning again before the next backup")
    }
    return (id, etag)
  }

  /// Removes a version that has lost or was replaced. A version that cannot be removed is ignored by readers.
  private func removeVersion(_ key: ObjectKey, _ id: String) { _ = try? deleteVersion(key, id) }

  /// Deletes one version; `false` when it is locked.
  private func deleteVersion(_ key: ObjectKey, _ id: String) throws(StorageError) -> Bool {
    let answer = try asStorage { () throws(BucketProblem) in
      try client.send("DELETE", address.fullName(key.name), query: [(name: "versionId", value: id)])
    }
    if answer.hasSucceeded || answer.status == 404 { return true }
    guard answer.status == 403, let held = try fetch(key, .trailer, version: id),
      let until = try? held.attributes(of: key).lockedUntil, client.surroundings.now() - .seconds(2) < until
    else { throw refusal(answer, doing: "delete versions of objects") }
    return false
  }

  func removeByVersions(
    _ key: ObjectKey, _ held: StoredObject, _ number: UInt64, isConditional: Bool
  ) throws(StorageError) {
    guard let heldID = held.versionID else { throw StorageError(.notFound, "\(key)") }
    if !isConditional, try versions(of: key).count == 1 {
      guard try deleteVersion(key, heldID) else { throw StorageError(.locked, "\(key)") }
      return
    }
    let mine = try putVersion(key, StoredObject.tombstone, replacing: number, [])
    let versions = try settle(key, mine, after: heldID)
    var isAlone = true
    for version in versions where version.VersionId != mine.id {
      if try !deleteVersion(key, version.VersionId) { isAlone = false }
    }
    // A writer that was slower finds the tombstone before its version as long as that stays.
    if isAlone, !isConditional { removeVersion(key, mine.id) }
  }

  func finishDeletionsByVersions(below above: String, olderThan age: Duration) throws(StorageError) {
    let limit = client.surroundings.now() - age
    let all = try asStorage { () throws(BucketProblem) in try client.versions(beginning: above) }
    for entry in all where entry.Size == StoredObject.tombstoneSize {
      guard let key = ObjectKey(String(entry.Key.dropFirst(above.count))),
        let made = entry.LastModified.flatMap({ try? Instant(parsing: $0.prefix(19) + "Z") }), made < limit
      else { continue }
      let others = all.filter { $0.Key == entry.Key && $0.VersionId != entry.VersionId }
      guard try present(key) == nil else {
        removeVersion(key, entry.VersionId)
        continue
      }
      var isAlone = true
      for other in others where try !deleteVersion(key, other.VersionId) { isAlone = false }
      if isAlone { removeVersion(key, entry.VersionId) }
    }
  }
}
