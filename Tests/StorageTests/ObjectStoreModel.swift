import Storage
import Testing
import Units

/// The obvious object store: a dictionary, and the rules as they are written.
private struct ObjectStoreModel {
  struct Object {
    var bytes: Bytes
    var version: UInt64
    var lockedUntil: Instant?
  }
  var objects: [ObjectKey: Object] = [:]

  /// Why a put must fail.
  func refusal(ofPut key: ObjectKey, _ condition: ObjectCondition, at now: Instant) -> StorageError.Kind? {
    switch condition {
    case .absent: objects[key] == nil ? nil : .conditionFailed
    case .version(let version):
      objects[key]?.version == version ? refusal(byLockOf: key, at: now) : .conditionFailed
    }
  }

  /// Why a delete must fail.
  func refusal(ofDelete key: ObjectKey, _ version: UInt64?, at now: Instant) -> StorageError.Kind? {
    guard let object = objects[key] else { return .notFound }
    if let version, version != object.version { return .conditionFailed }
    return refusal(byLockOf: key, at: now)
  }

  private func refusal(byLockOf key: ObjectKey, at now: Instant) -> StorageError.Kind? {
    objects[key]?.lockedUntil.map { now < $0 } == true ? .locked : nil
  }
}

extension ObjectStoreConformance {
  static func followsADictionary(_ store: inout some ObjectStore, seed: UInt64) throws {
    var random = RandomStream(seed: seed, stream: "object store conformance")
    var model = ObjectStoreModel()
    let keys = (0..<8).map { ObjectKey(folder: "f\($0 % 2)", name: "\($0)") }
    var now = Instant.day(1)
    for step in 0..<600 {
      now = now + .hours(Int64(random.below(3)))
      let key = keys[Int(random.below(8))]
      let held = model.objects[key]?.version ?? 0
      let version = random.below(3) == 0 ? random.below(20) : held
      let refused: (found: StorageError.Kind?, expected: StorageError.Kind?)
      switch random.below(4) {
      case 0:
        let condition = random.below(2) == 0 ? nil : version
        refused.expected = model.refusal(ofDelete: key, condition, at: now)
        refused.found = store.failure { try $0.delete(key, if: condition, at: now) }
        if refused.expected == nil { model.objects[key] = nil }
      case 1:
        let date = now + .hours(Int64(random.below(30)))
        refused.expected = model.objects[key] == nil ? .notFound : nil
        refused.found = store.failure { try $0.lock(key, until: date, at: now) }
        let old = model.objects[key]?.lockedUntil ?? date
        model.objects[key]?.lockedUntil = max(old, date)
      default:
        let condition: ObjectCondition = random.below(2) == 0 ? .absent : .version(version)
        let bytes = random.bytes(Int(random.below(20)))
        let lock = random.below(3) == 0 ? now + .hours(Int64(random.below(10))) : nil
        refused.expected = model.refusal(ofPut: key, condition, at: now)
        refused.found = store.failure {
          let version = try $0.put(bytes, as: key, if: condition, lockedUntil: lock, at: now)
          model.objects[key] = .init(bytes: bytes, version: version, lockedUntil: lock)
        }
      }
      try #require(refused.found == refused.expected, "seed \(seed), step \(step)")
      try compare(store, model.objects.mapValues(\.bytes), seed: seed, step: step)
    }
  }

  private static func compare(
    _ store: some ObjectStore, _ expected: [ObjectKey: Bytes], seed: UInt64, step: Int
  ) throws {
    let keys = try store.list(prefix: "")
    try #require(keys == expected.keys.sorted(), "seed \(seed), step \(step)")
    for key in keys {
      let isEqual = try store.get(key, range: nil) == expected[key]
      try #require(isEqual, "seed \(seed), step \(step), \(key)")
    }
  }
}

extension ObjectStore {
  /// The kind of the failure of an operation, `nil` when it succeeds.
  fileprivate mutating func failure<R>(of operation: (inout Self) throws -> R) -> StorageError.Kind? {
    do {
      _ = try operation(&self)
      return nil
    } catch {
      return (error as? StorageError)?.kind
    }
  }
}
