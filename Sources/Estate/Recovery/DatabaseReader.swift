import Database
import Storage
import Synchronization

/// The result of opening a database's recovered volumes.
struct DatabaseFinding: Sendable {
  let verdict: DatabaseVerdict
  /// The number of pages that hold bytes which SQLite never wrote there.
  let strangePages: Int

  /// The reason why the database is unusable; `nil` when it is usable.
  var fault: String? {
    if let refusal = verdict.refusal { return "SQLite refuses it (\(refusal))" }
    if !verdict.damage.isEmpty { return "its integrity check finds damage" }
    if !verdict.keepsTotal { return "its balances do not add up" }
    return verdict.isPrefix ? nil : "it never was in this state"
  }
}

/// Opens volumes with a fresh SQLite and caches the findings by the identity of the pages. Many branches
/// recover the same image.
final class DatabaseReader: Sendable {
  private struct Known: Sendable {
    let images: [PagedImage]
    let finding: DatabaseFinding
  }

  private struct Memory: Sendable {
    /// The findings, by a digest of the pages' addresses in memory. The images keep the pages in place.
    var findings: [UInt64: Known] = [:]
    /// The pages that SQLite wrote, each with the place where it was last seen.
    var pages = PlaceMemory<Int>(bits: 15)
  }

  private static let findingsMaximum = 512
  private let memory = Mutex(Memory())

  /// - Parameter course: what SQLite did to the volumes, whichever side it was.
  func finding(_ images: [PagedImage], of course: Recording) -> DatabaseFinding {
    let key = Self.key(images)
    let known = memory.withLock { $0.findings[key] }
    if let known, Self.areSame(known.images, images) { return known.finding }
    let image = DatabaseImage(data: images[0], log: images[1])
    let finding = DatabaseFinding(
      verdict: image.verdict(against: course.history),
      strangePages: strangePages(in: image, course.pageVersions)
    )
    memory.withLock { memory in
      if memory.findings.count >= Self.findingsMaximum { memory.findings.removeAll() }
      memory.findings[key] = Known(images: images, finding: finding)
    }
    return finding
  }

  private func strangePages(in image: DatabaseImage, _ versions: PageVersions) -> Int {
    memory.withLock { memory in
      var count = 0
      for file in DatabaseFile.allCases {
        for page in 0..<image[file].pageCount {
          let bytes = image[file][page: page]
          let place = page << 1 | file.rawValue
          if bytes.isEmpty || memory.pages.value(for: bytes) == place { continue }
          if versions.hold(bytes, of: file, at: page) {
            memory.pages.remember(place, for: bytes)
          } else {
            count += 1
          }
        }
      }
      return count
    }
  }

  private static func key(_ images: [PagedImage]) -> UInt64 {
    var key: UInt64 = 0
    for image in images {
      for page in 0..<image.pageCount {
        let bytes = image[page: page]
        if !bytes.isEmpty { key = (key ^ UInt64(page) << 40 ^ UInt64(bytes.identity)).mixed }
      }
    }
    return key
  }

  private static func areSame(_ a: [PagedImage], _ b: [PagedImage]) -> Bool {
    zip(a, b).allSatisfy { $0.size == $1.size && $0.pagesChanged(since: $1).isEmpty }
  }
}
