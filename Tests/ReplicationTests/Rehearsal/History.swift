import Replication
import Storage
import Units

/// The writes and promises of the host, kept apart from all engines: the judge of every recovered image.
///
/// Every sector of a page carries the number of the write that it is of, so an image tells which writes it holds.
struct History {
  struct Write {
    var volume: Int
    var page: Int
    var issued: Instant
    var promise: Promise?
    var acknowledged: Instant?
  }

  /// The contents of a sector from a step on.
  struct Version {
    var step: Int
    var content: UInt64
  }

  /// A course of writes that led to an image: by sector, what it held after each step.
  private(set) var sectors: [Int: [Version]] = [:]
  /// The writes, by number - 1.
  private(set) var writes: [Write] = []
  /// The step at which each write happened, and the steps at which the host flushed.
  private(set) var stepOfWrite: [Int] = []
  private(set) var barriers: [Int] = [0]
  private(set) var step = 0
  /// The fault of the image that was judged last; `nil` for a state.
  private(set) var nearest = ""

  static let sectorsPerPage = PagedImage.pageSize / CachedVolume.sectorSize

  static func key(_ volume: Int, _ page: Int, _ sector: Int) -> Int { (volume << 24 | page << 4) | sector }

  static func bytes(of number: UInt64) -> Bytes {
    Bytes(
      [UInt8](unsafeUninitializedCapacity: PagedImage.pageSize) { target, count in
        let raw = UnsafeMutableRawBufferPointer(target)
        for word in 0..<(PagedImage.pageSize / 8) {
          raw.storeBytes(of: number, toByteOffset: word * 8, as: UInt64.self)
        }
        count = PagedImage.pageSize
      })
  }

  /// The numbers in the sectors of an image's page; `nil` when a sector is no host's.
  static func contents(of page: Bytes) -> [UInt64]? {
    if page.isEmpty { return Array(repeating: 0, count: sectorsPerPage) }
    var found: [UInt64] = []
    let isWhole = page.withUnsafeBytes { raw in
      for sector in 0..<sectorsPerPage {
        let number = raw.loadUnaligned(fromByteOffset: sector * 512, as: UInt64.self)
        found.append(number)
        let last = raw.loadUnaligned(fromByteOffset: sector * 512 + 504, as: UInt64.self)
        if last != number { return false }
      }
      return true
    }
    return isWhole ? found : nil
  }

  // MARK: What happens

  mutating func issue(volume: Int, page: Int, at now: Instant) -> UInt64 {
    step += 1
    let number = UInt64(writes.count + 1)
    writes.append(Write(volume: volume, page: page, issued: now))
    stepOfWrite.append(step)
    for sector in 0..<Self.sectorsPerPage {
      sectors[Self.key(volume, page, sector), default: []].append(Version(step: step, content: number))
    }
    return number
  }

  mutating func flush() {
    step += 1
    barriers.append(step)
  }

  mutating func acknowledge(_ volume: Int, through number: UInt64, _ promise: Promise, at now: Instant) {
    for index in 0..<Int(number) where writes[index].volume == volume && writes[index].promise == nil {
      writes[index].promise = promise
      writes[index].acknowledged = now
    }
  }

  /// The course goes on from these images: after a power cut of the host, or a failover. Returns the acknowledged
  /// writes whose content is not there any more though nothing was written over them.
  mutating func rebase(on images: [PagedImage]) {
    step += 1
    // In any order: every sector is looked at by itself.
    for (key, versions) in sectors {
      let (volume, page, sector) = (key >> 24, key >> 4 & 0xFFFFF, key & 15)
      let found = Self.contents(of: images[volume][page: page])?[sector] ?? .max
      if versions.last?.content != found { sectors[key]?.append(Version(step: step, content: found)) }
    }
    barriers.append(step)
  }

  // MARK: What an image holds

  /// The last step at which the group's volumes were what the images are; `nil` when they never were.
  ///
  /// - Parameter isTorn: the images went through a power cut: writes between that step and the next barrier may be there
  ///   in part.
  mutating func lastStep(of images: [PagedImage], isTorn: Bool) -> Int? {
    var balance = [Int](repeating: 0, count: step + 2)
    var pages: [Int: [UInt64]] = [:]
    for (key, versions) in sectors {
      let place = key >> 4
      if pages[place] == nil {
        guard let found = Self.contents(of: images[key >> 24][page: key >> 4 & 0xFFFFF]) else { return nil }
        pages[place] = found
      }
      guard let found = pages[place]?[key & 15] else { return nil }
      let all = [Version(step: 0, content: 0)] + versions
      var covered = -1
      for (index, version) in all.enumerated() where version.content == found {
        let end = index + 1 < all.count ? all[index + 1].step - 1 : step
        let start = max(covered + 1, isTorn ? barrier(before: version.step) : version.step)
        guard start <= end else { continue }
        balance[start] += 1
        balance[end + 1] -= 1
        covered = end
      }
    }
    var height = 0
    var last: Int?
    var best = (step: 0, height: 0)
    for step in 0...step {
      height += balance[step]
      if height == sectors.count { last = step }
      if height > best.height { best = (step, height) }
    }
    nearest = last == nil ? nearMiss(at: best.step, pages) : ""
    return last
  }

  /// The faults of an image that is no state, seen from the step that it is nearest to.
  private func nearMiss(at step: Int, _ pages: [Int: [UInt64]]) -> String {
    let strangers = sectors.keys.sorted().compactMap { key -> String? in
      let expected = sectors[key]?.last { $0.step <= step }?.content ?? 0
      let found = pages[key >> 4]?[key & 15] ?? .max
      return found == expected
        ? nil
        : "volume \(key >> 24) page \(key >> 4 & 0xFFFFF) sector \(key & 15) has \(found), not \(expected)"
    }
    return "nearest to step \(step) of \(self.step): " + strangers.prefix(3).joined(separator: "; ")
  }

  private func barrier(before step: Int) -> Int {
    var low = 0
    var high = barriers.count
    while low < high {
      let middle = (low + high) / 2
      if barriers[middle] < step { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : barriers[low - 1]
  }

  /// The acknowledged writes that a state of `lastStep` does not hold.
  func lost(after lastStep: Int, since firstWrite: Int = 0) -> [(number: Int, write: Write)] {
    writes.indices.filter { stepOfWrite[$0] > lastStep && writes[$0].promise != nil && $0 >= firstWrite }
      .map { ($0 + 1, writes[$0]) }
  }
}
