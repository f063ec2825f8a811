import Backup
import Foundation
import Mount
import Posix
import Testing
import Units

/// The tree of a mount, read without FUSE: what it shows is the source.
@Suite struct VaultTreeTests {
  private func site() throws -> TreeSite {
    let site = try TreeSite()
    try site.write(site.noise(700_000, seed: 1), to: "docs/letter")
    try site.write(site.noise(3_000_000, seed: 2), to: "big")
    try site.write(Data(), to: "none")
    try FileManager.default.createDirectory(atPath: "\(site.source)/empty", withIntermediateDirectories: true)
    _ = link("\(site.source)/docs/letter", "\(site.source)/a-first-name")
    _ = symlink("docs/letter", "\(site.source)/link")
    _ = mkfifo("\(site.source)/pipe", 0o640)
    let sparse = open("\(site.source)/sparse", O_CREAT | O_RDWR, 0o600)
    ftruncate(sparse, 10 << 20)
    _ = pwrite(sparse, Array(site.noise(8_192, seed: 3)), 8_192, 1 << 20)
    _ = pwrite(sparse, [7], 1, 9 << 20)
    close(sparse)
    chmod("\(site.source)/empty", 0o1777)
    for (name, seconds, nanoseconds) in [
      ("none", -2_147_483_649, 123_456_789), ("big", 10_413_792_000, 987_654_321), ("pipe", -1, 999_999_999),
    ] {
      let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
      _ = utimensat(AT_FDCWD, "\(site.source)/\(name)", [time, time], 0)
    }
    return site
  }

  private static func child(_ name: String, of inode: UInt64, in tree: VaultTree) throws -> FileStatus {
    try tree.status(of: Array(name.utf8), in: inode)
  }

  /// Compares a directory and everything below it with the source.
  private func compare(_ path: String, _ inode: UInt64, _ tree: VaultTree, _ inodes: inout [ino_t: UInt64])
    throws
  {
    var position = 0
    var names: [String] = []
    while let item = try tree.item(at: position, of: inode, withStatus: true) {
      position += 1
      let name = String(decoding: item.name, as: UTF8.self)
      if name == "." || name == ".." { continue }
      names.append(name)
      let shown = try Self.child(name, of: inode, in: tree)
      #expect(shown == item.status && shown.inode == item.inode && shown.type == item.type)
      var status = Foundation.stat()
      try #require(lstat("\(path)/\(name)", &status) == 0)
      #expect(shown.type.modeBits | shown.permissions == status.st_mode, "\(name)")
      #expect(shown.owner == status.st_uid && shown.group == status.st_gid)
      #expect(shown.modified.seconds == status.st_mtim.tv_sec, "\(name)")
      #expect(Int(shown.modified.nanoseconds) == status.st_mtim.tv_nsec, "\(name)")
      #expect(shown.links == Int(status.st_nlink), "\(name)")
      #expect(inodes[status.st_ino, default: shown.inode] == shown.inode, "\(name) has one inode")
      inodes[status.st_ino] = shown.inode
      switch shown.type {
      case .directory: try compare("\(path)/\(name)", shown.inode, tree, &inodes)
      case .file:
        #expect(shown.size.bytes == Int64(status.st_size))
        let expected = try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
        #expect(try Data(tree.read(shown.inode, at: 0, count: expected.count + 10)) == expected, "\(name)")
      case .symbolicLink:
        #expect(
          try tree.target(ofLink: shown.inode)
            == Array(FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)").utf8))
      default: break
      }
    }
    #expect(names == (try FileManager.default.contentsOfDirectory(atPath: path).sorted()))
  }

  @Test func namesAttributesAndBytesAreThoseOfTheSource() throws {
    let site = try site()
    let point = try site.backUp()
    let tree = try VaultTree(site.session, point) { Issue.record("\($0)") }
    var inodes: [ino_t: UInt64] = [:]
    try compare(site.source, VaultTree.top, tree, &inodes)
    #expect(inodes.count == 8)
    #expect(Set(inodes.values).count == 8, "different files have different inodes")
    #expect(throws: MountError.notFound) { try Self.child("no such name", of: VaultTree.top, in: tree) }
    let file = try Self.child("big", of: VaultTree.top, in: tree)
    #expect(throws: MountError.notDirectory) { try Self.child("x", of: file.inode, in: tree) }
    #expect(throws: MountError.notFound) { try tree.status(of: 1 << 40) }
    let sizes = try tree.sizes()
    // In blocks of 4 KiB: 171 of the letter, 733 of the large file, 3 of the sparse one.
    #expect(sizes.used == ByteCount((171 + 733 + 3) * 4_096) && sizes.inodes == 9)
  }

  @Test func readsAtRandomOffsetsGiveTheBytesOfTheSourceFromABoundedCache() throws {
    let site = try site()
    let point = try site.backUp()
    let bound = 1 << 20
    let tree = try VaultTree(site.session, point, cacheSize: bound) { Issue.record("\($0)") }
    var random = RandomStream(seed: 5, stream: "mount")
    for name in ["big", "docs/letter", "sparse"] {
      let expected = try Data(contentsOf: URL(filePath: "\(site.source)/\(name)"))
      let inode = try name.split(separator: "/").reduce(VaultTree.top) {
        try Self.child(String($1), of: $0, in: tree).inode
      }
      for _ in 0..<150 {
        let offset = Int(random.next() % UInt64(expected.count + 5_000))
        let count = 1 + Int(random.next() % 300_000)
        let range = min(offset, expected.count)..<min(offset + count, expected.count)
        let read = try tree.read(inode, at: offset, count: count)
        #expect(Data(read) == Data(expected[range]), "\(name) at \(offset), \(count)")
      }
    }
    #expect(tree.cachedLength > 0 && tree.cachedLength <= bound)
  }

  @Test func dataAndHolesAreWhereTheyAreInTheSource() throws {
    let site = try site()
    let tree = try VaultTree(site.session, site.backUp()) { Issue.record("\($0)") }
    let sparse = try Self.child("sparse", of: VaultTree.top, in: tree)
    let mebibyte = 1 << 20
    #expect(sparse.allocated == ByteCount(3 * 4_096))
    #expect(try tree.seek(sparse.inode, toData: true, from: 0) == mebibyte)
    #expect(try tree.seek(sparse.inode, toData: true, from: mebibyte + 5) == mebibyte + 5)
    #expect(try tree.seek(sparse.inode, toData: false, from: mebibyte + 5) == mebibyte + 8_192)
    #expect(try tree.seek(sparse.inode, toData: false, from: 17) == 17)
    #expect(try tree.seek(sparse.inode, toData: true, from: mebibyte + 8_192) == 9 * mebibyte)
    #expect(throws: MountError.beyondEnd) {
      try tree.seek(sparse.inode, toData: true, from: 9 * mebibyte + 4_096)
    }
    #expect(throws: MountError.beyondEnd) {
      try tree.seek(sparse.inode, toData: false, from: 10 * mebibyte)
    }
    let big = try Self.child("big", of: VaultTree.top, in: tree)
    #expect(try tree.seek(big.inode, toData: false, from: 1) == 3_000_000, "the end counts as a hole")
  }

  /// Each backup stores its new file in a pack of its own.
  @Test func aDamagedPackFailsOnlyTheFilesThatItHolds() throws {
    let site = try TreeSite()
    try site.write(site.noise(400_000, seed: 1), to: "first")
    _ = try site.backUp()
    let old = Set(try site.packs())
    try site.write(site.noise(400_000, seed: 2), to: "second")
    let point = try site.backUp()
    let new = try site.packs().filter { !old.contains($0) }
    try #require(new.count == 1)
    try site.flipByte(at: 200_000, of: new[0])
    let messages = Messages()
    let tree = try VaultTree(site.session, point) { messages.add($0) }
    let (first, second) = (
      try Self.child("first", of: VaultTree.top, in: tree),
      try Self.child("second", of: VaultTree.top, in: tree)
    )
    #expect(throws: MountError.damaged) { try tree.read(second.inode, at: 0, count: 400_000) }
    #expect(throws: MountError.damaged) { try tree.read(second.inode, at: 0, count: 400_000) }
    #expect(try Data(tree.read(first.inode, at: 0, count: 400_000)) == site.noise(400_000, seed: 1))
    #expect(messages.all == ["\(point.shortName)/second: error: the vault has lost bytes of it"])
    // Blocks of the damaged file that are whole can still be read.
    #expect(try Data(tree.read(second.inode, at: 0, count: 100)) == site.noise(400_000, seed: 2).prefix(100))
  }

  @Test func allPointsStandBelowTheirHostAndSource() throws {
    let site = try TreeSite()
    try site.write(Data("one".utf8), to: "file")
    let first = try site.backUp()
    try site.write(Data("two".utf8), to: "file")
    let second = try site.backUp()
    let tree = VaultTree(site.session, all: try site.session.points().points) { Issue.record("\($0)") }
    func names(_ inode: UInt64) throws -> [String] {
      var names: [String] = []
      while let item = try tree.item(at: names.count, of: inode, withStatus: true) {
        names.append(String(decoding: item.name, as: UTF8.self))
      }
      return Array(names.dropFirst(2))
    }
    let host = String(first.source.prefix { $0 != ":" })
    #expect(try names(VaultTree.top) == [host])
    let hostFolder = try Self.child(host, of: VaultTree.top, in: tree)
    let encoded = String(site.source.dropFirst()).replacing("/", with: "%2F")
    #expect(try names(hostFolder.inode) == [encoded])
    let source = try Self.child(encoded, of: hostFolder.inode, in: tree)
    let points = [first, second].map { "\($0.instant)-\($0.shortName)" }
    #expect(try names(source.inode) == points + ["latest"])
    let latest = try Self.child("latest", of: source.inode, in: tree)
    #expect(try tree.target(ofLink: latest.inode) == Array(points[1].utf8))
    for (point, text) in zip(points, ["one", "two"]) {
      let root = try Self.child(point, of: source.inode, in: tree)
      let file = try Self.child("file", of: root.inode, in: tree)
      #expect(try tree.read(file.inode, at: 0, count: 10) == Array(text.utf8))
    }
    #expect(tree.pointCount == 2)
  }

  @Test func aMountedPointIsKeptUntilItIsUnmounted() throws {
    let site = try TreeSite()
    try site.write(Data("one".utf8), to: "file")
    let first = try site.backUp()
    try site.write(Data("two".utf8), to: "file")
    _ = try site.backUp()
    let policy = try RetentionPolicyOfOne.policy()
    do {
      let tree = try VaultTree(site.session, first) { Issue.record("\($0)") }
      let decisions = try site.session.decisions(policy)
      #expect(decisions.first?.isKept == true && decisions.first?.reasons == ["mounted"])
      #expect(throws: VaultProblem.self) { try site.session.forget([first], grace: .zero) }
      let file = try Self.child("file", of: VaultTree.top, in: tree)
      #expect(try tree.read(file.inode, at: 0, count: 10) == Array("one".utf8))
    }
    #expect(try site.session.decisions(policy).first?.isKept == false)
    #expect(try site.session.forget([first], grace: .zero).expired == [first.id])
    #expect(throws: VaultProblem.self) { try VaultTree(site.session, first) { _ in } }
  }

  /// The removed point's file was most of the pack, so that a prune writes the rest of it elsewhere.
  @Test func readsGoOnAfterAPruneHasMovedTheirBlocks() throws {
    let site = try TreeSite()
    try site.write(site.noise(2_000_000, seed: 1), to: "going")
    try site.write(site.noise(300_000, seed: 2), to: "staying")
    let first = try site.backUp()
    let old = try site.packs()
    try FileManager.default.removeItem(atPath: "\(site.source)/going")
    let second = try site.backUp()
    let tree = try VaultTree(site.session, second) { Issue.record("\($0)") }
    let pruning = try site.session.forget([first], grace: .zero)
    #expect(pruning.deletedPacks > 0 && pruning.rewritten > .zero)
    #expect(try site.packs() != old)
    let file = try Self.child("staying", of: VaultTree.top, in: tree)
    #expect(try Data(tree.read(file.inode, at: 0, count: 300_000)) == site.noise(300_000, seed: 2))
  }

  @Test func anImageIsTheOnlyFileOfItsPoint() throws {
    let site = try TreeSite()
    let image = "\(site.path)/disk.img"
    try site.noise(500_000, seed: 9).write(to: URL(filePath: image))
    let point = try site.session.backup(BackupRequest(source: FilePath(image))).point
    let tree = try VaultTree(site.session, point) { Issue.record("\($0)") }
    let file = try Self.child("disk.img", of: VaultTree.top, in: tree)
    #expect(file.size == ByteCount(500_000) && file.permissions == 0o400)
    #expect(try Data(tree.read(file.inode, at: 0, count: 500_000)) == site.noise(500_000, seed: 9))
  }

  @Test func readersOfOneFileInParallelGetItsBytes() throws {
    let site = try site()
    let tree = try VaultTree(site.session, site.backUp(), cacheSize: 1 << 20) { Issue.record("\($0)") }
    let expected = try Data(contentsOf: URL(filePath: "\(site.source)/big"))
    let inode = try Self.child("big", of: VaultTree.top, in: tree).inode
    let wrong = Messages()
    DispatchQueue.concurrentPerform(iterations: 8) { reader in
      var random = RandomStream(seed: UInt64(reader), stream: "readers")
      for _ in 0..<60 {
        let offset = Int(random.next() % 2_900_000)
        let bytes = try? tree.read(inode, at: offset, count: 100_000)
        if bytes.map({ Data($0) }) != Data(expected[offset..<(offset + 100_000)]) {
          wrong.add("\(reader) at \(offset)")
        }
      }
    }
    #expect(wrong.all.isEmpty)
  }
}
