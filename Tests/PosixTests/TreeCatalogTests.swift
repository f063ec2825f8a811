import Backup
import Posix
import Storage
import Testing
import Units

/// The catalog of a tree is read back as it was written; anything else is refused, and never traps.
@Suite struct TreeCatalogTests {
  private static let attributes = FileAttributes(
    mode: 0o4755, owner: 1, group: 2, modified: FileTime(seconds: -7, nanoseconds: 999_999_999),
    changed: FileTime(seconds: 1 << 40, nanoseconds: 0), inode: .max)

  private static func entry(_ kind: TreeEntry.Kind, _ depth: Int, _ name: String) -> TreeEntry {
    TreeEntry(kind: kind, depth: depth, name: Array(name.utf8), attributes: attributes)
  }

  private static let entries: [TreeEntry] = {
    var entries = [
      entry(.directory, 0, ""), entry(.directory, 1, "a"),
      entry(
        .file(
          size: ByteCount(100),
          data: [
            Extent(offset: .zero, length: ByteCount(10)),
            Extent(offset: ByteCount(50), length: ByteCount(50)),
          ]),
        2, "file"),
      entry(.symbolicLink(target: [0xFF, 0x2F]), 2, "link"), entry(.hardLink(entry: 2), 1, "same"),
      entry(.pipe, 1, "pipe"), entry(.socket, 1, "socket"), entry(.characterDevice(number: 5), 1, "tty"),
      entry(.blockDevice(number: 6), 1, "disk"),
    ]
    entries[2].condition = .changed
    entries[2].extended = [ExtendedAttribute(name: Array("user.x".utf8), value: [0, 1, 2])]
    return entries
  }()

  private static let catalog = TreeCatalog(root: [0x2F, 0xFE], host: "host", entries: TreeEntries(entries))

  @Test func whatIsWrittenIsRead() throws {
    let read = try TreeCatalog(Bytes(Self.catalog.bytes))
    #expect(Array(read.entries) == Self.entries && read.root == Self.catalog.root && read.host == "host")
  }

  @Test func singleFieldsAreThoseOfTheWholeEntry() {
    let entries = Self.catalog.entries
    var offsets: [ByteCount] = []
    var end = ByteCount.zero
    for index in entries.indices {
      #expect(entries.depth(of: index) == Self.entries[index].depth)
      #expect(entries.isDirectory(index) == (Self.entries[index].kind == .directory))
      offsets.append(end)
      if case .file(_, let data) = Self.entries[index].kind { for extent in data { end += extent.length } }
    }
    #expect(end == ByteCount(60) && Self.catalog.contentOffsets == offsets)
  }

  /// The catalog comes from an authenticated vault, and still nothing in it may lead a restore out of its target.
  @Test(arguments: ["..", ".", "", "a/b", "/etc", "x\0y"]) func namesThatLeadElsewhereAreRefused(name: String)
  {
    var entries = Self.entries
    entries[5].name = Array(name.utf8)
    let catalog = TreeCatalog(root: [], host: "", entries: TreeEntries(entries))
    #expect(throws: JobFailure.self) { try TreeCatalog(Bytes(catalog.bytes)) }
  }

  @Test func treesThatAreNoneAreRefused() {
    func refused(_ change: (inout [TreeEntry]) -> Void) {
      var entries = Self.entries
      change(&entries)
      let catalog = TreeCatalog(root: [], host: "", entries: TreeEntries(entries))
      #expect(throws: JobFailure.self) { try TreeCatalog(Bytes(catalog.bytes)) }
    }
    refused { $0 = [] }
    refused { $0[0].kind = .pipe }
    refused { $0[1].depth = 2 }
    refused { $0[3].depth = 3 }
    refused { $0[4].kind = .hardLink(entry: 4) }
    refused { $0[4].kind = .hardLink(entry: 1) }
    refused { $0[4].kind = .hardLink(entry: 1_000_000) }
    refused { $0[2].kind = .file(size: ByteCount(9), data: [Extent(offset: .zero, length: ByteCount(10))]) }
    refused {
      $0[2].kind = .file(
        size: ByteCount(9), data: [Extent(offset: ByteCount(9), length: ByteCount(Int64.max))])
    }
    refused { $0[2].attributes.mode = 0o100755 }
  }

  @Test func aLaterFormatIsToldFromDamage() {
    var bytes = Self.catalog.bytes
    bytes[4] = 2
    #expect(throws: JobFailure.unsupportedVersion(2)) { try TreeCatalog(Bytes(bytes)) }
  }

  @Test func noBytesTrapTheReader() {
    let bytes = Self.catalog.bytes
    for length in bytes.indices {
      #expect(throws: JobFailure.self) { try TreeCatalog(Bytes(Array(bytes[..<length]))) }
    }
    for bit in 0..<(bytes.count * 8) {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      _ = try? TreeCatalog(Bytes(flipped))
    }
    for seed in 0..<2_000 as Range<UInt64> {
      var random = RandomStream(seed: seed, stream: "catalog")
      var hostile = bytes
      for _ in 0..<8 {
        hostile[Int(random.below(UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: random.next())
      }
      _ = try? TreeCatalog(Bytes(hostile))
    }
  }
}
