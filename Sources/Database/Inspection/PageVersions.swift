import Storage

/// Digests of all past contents of each page of a recorded database. With them, a page can be recognised as
/// one that SQLite wrote.
///
/// A power cut tears a page between two sectors, and SQLite repairs such pages. So a page is also right when
/// each of its sectors belongs to some version of the page.
public struct PageVersions: Sendable {
  private static let sectorSize = CachedVolume.sectorSize
  /// The digests of sectors and whole pages with their places, by file.
  private var known: [Set<UInt64>] = [[], []]

  init(base: DatabaseImage, entries: [Recording.Entry]) {
    for file in [DatabaseFile.data, .log] {
      for page in 0..<base[file].pageCount { add(base[file][page: page], file, page) }
    }
    for case .write(let file, let offset, let bytes) in entries {
      add(bytes, file, Int(offset.bytes) / PagedImage.pageSize)
    }
  }

  private mutating func add(_ bytes: Bytes, _ file: DatabaseFile, _ page: Int) {
    guard !bytes.isEmpty else { return }
    known[file.rawValue].insert(Self.digest(bytes, at: page))
    for sector in 0..<PagedImage.pageSize / Self.sectorSize {
      known[file.rawValue].insert(Self.digest(of: sector, in: bytes, at: page))
    }
  }

  /// Whether the page was written to this place. Zeros are the contents before any write.
  public func hold(_ bytes: Bytes, of file: DatabaseFile, at page: Int) -> Bool {
    if bytes.isEmpty || known[file.rawValue].contains(Self.digest(bytes, at: page)) || bytes.isZero {
      return true
    }
    return (0..<PagedImage.pageSize / Self.sectorSize).allSatisfy { sector in
      let start = sector * Self.sectorSize
      return bytes[start..<(start + Self.sectorSize)].isZero
        || known[file.rawValue].contains(Self.digest(of: sector, in: bytes, at: page))
    }
  }

  private static func digest(_ bytes: Bytes, at page: Int) -> UInt64 {
    bytes.withUnsafeBytes { UInt64(page).mixed.mixed(with: $0) }
  }

  private static func digest(of sector: Int, in bytes: Bytes, at page: Int) -> UInt64 {
    bytes[(sector * sectorSize)..<((sector + 1) * sectorSize)].withUnsafeBytes {
      (UInt64(page) << 4 | UInt64(sector + 1) << 60).mixed.mixed(with: $0)
    }
  }
}
