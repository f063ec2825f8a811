import Storage
import Testing
import Units

/// The contract of `ObjectStore`, one promise a case. Every implementation passes every case.
enum ObjectStoreConformance: CaseIterable {
  case whatWasPutIsThere
  case rangesLieWithinTheObject
  case anObjectIsWrittenOnce
  case aVersionIsReplacedExactlyOnce
  case aLockedObjectStaysUntilItsDate
  case aLockIsExtendedNeverShortened
  case whatIsNotThereIsNotFound
  case listsAreCompleteAndAscending
  case anyMixOfOperationsDoesWhatADictionaryWouldDo

  /// - Parameter make: A new store without objects.
  func check<S: ObjectStore>(_ make: () throws -> S) throws {
    var store = try make()
    switch self {
    case .whatWasPutIsThere: try Self.keeps(&store)
    case .rangesLieWithinTheObject: try Self.readsRanges(&store)
    case .anObjectIsWrittenOnce: try Self.writesOnce(&store)
    case .aVersionIsReplacedExactlyOnce: try Self.replacesByVersion(&store)
    case .aLockedObjectStaysUntilItsDate: try Self.honoursLocks(&store)
    case .aLockIsExtendedNeverShortened: try Self.extendsLocks(&store)
    case .whatIsNotThereIsNotFound: try Self.missesTheMissing(&store)
    case .listsAreCompleteAndAscending: try Self.lists(&store)
    case .anyMixOfOperationsDoesWhatADictionaryWouldDo:
      for seed in 1...5 as ClosedRange<UInt64> {
        var store = try make()
        try Self.followsADictionary(&store, seed: seed)
      }
    }
  }

  private static func keeps(_ store: inout some ObjectStore) throws {
    for text in ["", "hello"] {
      let key = ObjectKey(folder: "packs", name: "of-\(text.count)")
      let version = try store.put(Bytes(utf8: text), as: key, if: .absent, lockedUntil: .day(9), at: .day(1))
      #expect(try store.get(key, range: nil) == Bytes(utf8: text))
      #expect(
        try store.attributes(of: key)
          == ObjectAttributes(
            size: ByteCount(text.utf8.count), version: version, modified: .day(1), lockedUntil: .day(9)))
    }
  }

  private static func readsRanges(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "packs", name: "a")
    try store.put(Bytes(utf8: "0123456789"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    #expect(try store.get(key, range: 3..<6) == Bytes(utf8: "345"))
    #expect(try store.get(key, range: 0..<10) == Bytes(utf8: "0123456789"))
    #expect(try store.get(key, range: 10..<10).isEmpty)
    for range in [0..<11, 10..<11, 11..<11, -1..<3] {
      let error = #expect(throws: StorageError.self) { try store.get(key, range: range) }
      #expect(error?.kind == .invalid, "\(range)")
    }
  }

  private static func writesOnce(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "packs", name: "a")
    try store.put(Bytes(utf8: "first"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    let before = try store.attributes(of: key)
    store.expect(.conditionFailed) {
      try $0.put(Bytes(utf8: "other"), as: key, if: .absent, lockedUntil: nil, at: .day(2))
    }
    #expect(try store.get(key, range: nil) == Bytes(utf8: "first"))
    #expect(try store.attributes(of: key) == before)
    try store.delete(key, if: nil, at: .day(3))
    try store.put(Bytes(utf8: "second"), as: key, if: .absent, lockedUntil: nil, at: .day(4))
    #expect(try store.get(key, range: nil) == Bytes(utf8: "second"))
    #expect(try store.attributes(of: key)?.version != before?.version)
  }

  private static func replacesByVersion(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "heads", name: "a")
    store.expect(.conditionFailed) { try $0.put("none", as: key, if: .version(1)) }
    let first = try store.put("first", as: key, if: .absent)
    let second = try store.put("second", as: key, if: .version(first))
    #expect(second > first)
    // The client that still holds the first version was too slow.
    store.expect(.conditionFailed) { try $0.put("slow", as: key, if: .version(first)) }
    #expect(try store.get(key, range: nil) == Bytes(utf8: "second"))
    store.expect(.conditionFailed) { try $0.delete(key, if: first, at: .day(2)) }
    try store.delete(key, if: second, at: .day(2))
    #expect(try store.attributes(of: key) == nil)
    store.expect(.conditionFailed) { try $0.put("ghost", as: key, if: .version(second)) }
  }

  private static func honoursLocks(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "points", name: "a")
    let version = try store.put(
      Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: .day(10), at: .day(1))
    let justBefore = Instant.day(10) - .nanoseconds(1)
    store.expect(.locked) { try $0.delete(key, if: nil, at: justBefore) }
    store.expect(.locked) { try $0.delete(key, if: version, at: justBefore) }
    store.expect(.locked) {
      try $0.put(Bytes(utf8: "evil"), as: key, if: .version(version), lockedUntil: nil, at: justBefore)
    }
    #expect(try store.get(key, range: nil) == Bytes(utf8: "kept"))
    try store.delete(key, if: version, at: .day(10))
    #expect(try store.attributes(of: key) == nil)
  }

  private static func extendsLocks(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "points", name: "a")
    try store.put(Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    try store.lock(key, until: .day(10), at: .day(1))
    #expect(try store.attributes(of: key)?.lockedUntil == .day(10))
    try store.lock(key, until: .day(5), at: .day(2))
    #expect(try store.attributes(of: key)?.lockedUntil == .day(10))
    store.expect(.locked) { try $0.delete(key, if: nil, at: .day(7)) }
    try store.lock(key, until: .day(20), at: .day(9))
    store.expect(.locked) { try $0.delete(key, if: nil, at: .day(15)) }
    try store.delete(key, if: nil, at: .day(20))
  }

  private static func missesTheMissing(_ store: inout some ObjectStore) throws {
    let key = ObjectKey(folder: "packs", name: "nobody")
    #expect(try store.attributes(of: key) == nil)
    store.expect(.notFound) { try $0.get(key, range: nil) }
    store.expect(.notFound) { try $0.get(key, range: 0..<0) }
    store.expect(.notFound) { try $0.delete(key, if: nil, at: .day(1)) }
    store.expect(.notFound) { try $0.delete(key, if: 1, at: .day(1)) }
    store.expect(.notFound) { try $0.lock(key, until: .day(2), at: .day(1)) }
  }

  private static func lists(_ store: inout some ObjectStore) throws {
    #expect(try store.list(prefix: "").isEmpty)
    let names = [
      "packs/b", "packs/a", "packs/a-b", "packs/a.b", "packs/a_b", "packs/aa", "index/1", "pack/x",
    ]
    for name in names {
      let key = try #require(ObjectKey(name))
      try store.put(Bytes(utf8: name), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    }
    for prefix in ["", "pack", "packs/", "packs/a", "packs/b", "packs/c", "index/1"] {
      // Ascending by bytes: '-' < '.' < digits < '_' < letters.
      let expected = names.filter { $0.hasPrefix(prefix) }.sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
      #expect(try store.list(prefix: prefix).map(\.name) == expected, "prefix '\(prefix)'")
    }
  }
}

extension ObjectStore {
  /// A put of a text without a lock.
  @discardableResult
  fileprivate mutating func put(_ text: String, as key: ObjectKey, if condition: ObjectCondition) throws
    -> UInt64
  {
    try put(Bytes(utf8: text), as: key, if: condition, lockedUntil: nil, at: .day(1))
  }

  /// The operation fails, and with this kind.
  mutating func expect<R>(
    _ kind: StorageError.Kind, at location: SourceLocation = #_sourceLocation,
    _ operation: (inout Self) throws -> R
  ) {
    do {
      _ = try operation(&self)
      Issue.record("it was carried out", sourceLocation: location)
    } catch {
      #expect((error as? StorageError)?.kind == kind, "\(error)", sourceLocation: location)
    }
  }
}

extension Instant {
  /// Midnight of a day of January 2026.
  static func day(_ day: Int) -> Instant { CivilTime(year: 2026, month: 1, day: day).instant }
}
