import Foundation
import Posix
import Storage
import Testing
import Units

/// The contracts of `Storage` hold for real files too.
@Suite("Stores and volumes on real files")
struct FileStoreTests {
  private let key = ObjectKey(folder: "packs", name: "a")

  @Test(arguments: ObjectStoreConformance.allCases)
  func aDirectoryKeepsTheContractOfAnObjectStore(promise: ObjectStoreConformance) throws {
    let scratch = try Scratch()
    try promise.check { try FileObjectStore(path: scratch.newFolder()) }
  }

  @Test(arguments: VolumeConformance.allCases)
  func anImageKeepsTheContractOfAVolume(promise: VolumeConformance) throws {
    let scratch = try Scratch()
    try promise.check { try FileVolume(creating: scratch.newPath(), size: $0) }
  }

  @Test func twoClientsOfOneDirectorySeeTheSameObjects() throws {
    let scratch = try Scratch()
    let folder = try scratch.newFolder()
    var a = try FileObjectStore(path: folder)
    var b = try FileObjectStore(path: folder)
    let version = try a.put(Bytes(utf8: "one"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    #expect(try b.get(key, range: nil) == Bytes(utf8: "one"))
    try b.put(Bytes(utf8: "two"), as: key, if: .version(version), lockedUntil: nil, at: .day(2))
    a.expect(.conditionFailed) {
      try $0.put(Bytes(utf8: "three"), as: key, if: .version(version), lockedUntil: nil, at: .day(2))
    }
    try a.lock(key, until: .day(9), at: .day(2))
    b.expect(.locked) { try $0.delete(key, if: nil, at: .day(8)) }
    #expect(try b.attributes(of: key)?.lockedUntil == .day(9))
  }

  /// Exactly one of many threads that put one key, or replace one version, succeeds.
  @Test func onlyOneOfManyWritersWins() async throws {
    let scratch = try Scratch()
    let store = try FileObjectStore(path: scratch.newFolder())
    for round in 0..<10 {
      let key = ObjectKey(folder: "points", name: "\(round)")
      let first = await Self.race(store) { store, writer in
        try store.put(Bytes(utf8: "\(writer)"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
      }
      #expect(first.count == 1)
      let version = try #require(first.first)
      let second = await Self.race(store) { store, writer in
        try store.put(Bytes(utf8: "\(writer)"), as: key, if: .version(version), lockedUntil: nil, at: .day(1))
      }
      #expect(second.count == 1 && second[0] > version)
    }
  }

  private static func race(
    _ store: FileObjectStore, _ body: @escaping @Sendable (inout FileObjectStore, Int) throws -> UInt64
  ) async -> [UInt64] {
    await withTaskGroup(of: UInt64?.self) { group in
      for writer in 0..<8 {
        group.addTask {
          var store = store
          return try? body(&store, writer)
        }
      }
      var winners: [UInt64] = []
      for await winner in group { if let winner { winners.append(winner) } }
      return winners
    }
  }

  /// The notes of a store on an object are checked: a flipped bit there is found, and removes nothing.
  @Test func aDamagedNoteIsNoticedAndKeepsTheObject() throws {
    let scratch = try Scratch()
    let folder = try scratch.newFolder()
    var store = try FileObjectStore(path: folder)
    try store.put(Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: .day(9), at: .day(1))
    let file = URL(filePath: "\(folder)/packs/a")
    let whole = try Data(contentsOf: file)
    chmod(file.path, 0o644)
    for bit in 0..<(40 * 8) {
      var bytes = whole
      bytes[bytes.count - 40 + bit / 8] ^= 1 << (bit % 8)
      try bytes.write(to: file)
      store.expect(.damaged) { try $0.attributes(of: key) }
      store.expect(.locked) { try $0.delete(key, if: nil, at: .day(20)) }
      #expect(try store.get(key, range: nil) == Bytes(utf8: "kept"))
    }
  }

  /// A note of a longer lock that cannot be read locks, rather than not.
  @Test func aDamagedLockLocks() throws {
    let scratch = try Scratch()
    let folder = try scratch.newFolder()
    var store = try FileObjectStore(path: folder)
    try store.put(Bytes(utf8: "kept"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    try store.lock(key, until: .day(9), at: .day(1))
    let file = URL(filePath: "\(folder)/.locks/packs/a")
    let whole = try Data(contentsOf: file)
    chmod(file.path, 0o644)
    for damaged in [Data(), whole.prefix(8), whole + [0], Data(whole.map { $0 ^ 1 })] {
      try Data(damaged).write(to: file)
      store.expect(.locked) { try $0.delete(key, if: nil, at: .day(20)) }
    }
  }

  @Test func filesThatAreNoObjectsAreNotListed() throws {
    let scratch = try Scratch()
    let folder = try scratch.newFolder()
    var store = try FileObjectStore(path: folder)
    try store.put(Bytes(utf8: "a"), as: key, if: .absent, lockedUntil: nil, at: .day(1))
    for name in ["packs/.part-1-2", "packs/UPPER", "packs/sp ace", ".lock"] {
      try Data().write(to: URL(filePath: "\(folder)/\(name)"))
    }
    #expect(try store.list(prefix: "") == [key])
  }

  @Test func theHolesOfAnImageAreKnown() throws {
    let scratch = try Scratch()
    var volume = try FileVolume(creating: scratch.newPath(), size: .mebibytes(8))
    try volume.write(Bytes(repeating: 1, count: 4_096), at: .mebibytes(4))
    try volume.flush()
    let holes = volume.holes()
    #expect(holes.reduce(.zero) { $0 + $1.length } >= .mebibytes(7))
    for hole in holes { #expect(try volume.read(hole).isZero) }
  }
}

/// A folder that goes when the test is over.
final class Scratch {
  private let path: String
  private var count = 0

  init() throws {
    // In memory where there is such a place: thousands of small objects are made durable one by one.
    let memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : nil
    let folder = memory ?? FileManager.default.temporaryDirectory.path
    path = "\(folder)/firedrill-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func newPath() -> FilePath {
    count += 1
    return FilePath("\(path)/\(count)")
  }

  func newFolder() throws -> FilePath {
    let folder = newPath()
    try FileManager.default.createDirectory(atPath: folder.description, withIntermediateDirectories: true)
    return folder
  }
}
