import Storage
import Synchronization
import Units

/// Reads the stamps of pages. Images that were read before help, because branches share most of their pages.
public final class StampReader: Sendable {
  /// An image whose pages were read.
  fileprivate struct Known: Sendable {
    let image: PagedImage
    let writes: [UInt32]
  }

  fileprivate struct Memory: Sendable {
    /// The stamps of undamaged pages. Restores of one block share its memory in all branches.
    var pages = PlaceMemory<PageStamp>(bits: 14)
    /// The images of each volume that were read last, in the order of their last use.
    var images: [VolumeID: [Known]] = [:]
  }

  /// The images that differ from each other: production's, its copy, a restored one.
  fileprivate static let imagesMaximum = 3

  private let known = Mutex(Memory())

  let databases: DatabaseReader

  public init() { databases = DatabaseReader() }

  /// Creates a reader for the branches of another world. What both know of databases is shared.
  public init(beside other: StampReader) { databases = other.databases }

  /// Returns the write number on the stamp of each page. The value is `blank` for zeros and `damaged` for
  /// bytes that differ from the workload's write. Complexity: O(pages changed) after a similar image.
  func writes(in image: PagedImage, of schedule: WorkloadSchedule) -> [UInt32] {
    known.withLock { $0.writes(in: image, of: schedule) }
  }

  static let blank = UInt32.max
  static let damaged = UInt32.max - 1
}

extension StampReader.Memory {
  fileprivate mutating func writes(in image: PagedImage, of schedule: WorkloadSchedule) -> [UInt32] {
    var (writes, changed) = nearest(to: image, of: schedule.volume)
    guard !changed.isEmpty else { return writes }
    for page in changed { writes[page] = write(in: image[page: page], at: page, of: schedule) }
    remember(
      StampReader.Known(image: image, writes: writes), of: schedule.volume,
      replacing: changed.count <= image.pageCount / 2)
    return writes
  }

  /// Returns what is known of the most similar image, whose use it notes, and the pages that differ from it.
  private mutating func nearest(
    to image: PagedImage, of volume: VolumeID
  ) -> (writes: [UInt32], changed: [Int]) {
    let images = images[volume, default: []]
    var nearest: (place: Int, changed: [Int])?
    for place in images.indices.reversed() where images[place].image.size == image.size {
      let changed = image.pagesChanged(since: images[place].image)
      if changed.count < nearest?.changed.count ?? .max { nearest = (place, changed) }
      if changed.count <= image.pageCount / 4 { break }
    }
    guard let nearest else {
      let blank = PagedImage(size: image.size)
      return (Array(repeating: StampReader.blank, count: image.pageCount), image.pagesChanged(since: blank))
    }
    let known = images[nearest.place]
    self.images[volume, default: []].remove(at: nearest.place)
    self.images[volume, default: []].append(known)
    return (known.writes, nearest.changed)
  }

  /// Keeps an image.
  ///
  /// - Parameter replacing: whether the one used last is so similar that this one replaces it.
  private mutating func remember(
    _ known: StampReader.Known, of volume: VolumeID, replacing isSimilar: Bool
  ) {
    var images = images[volume, default: []]
    if isSimilar && !images.isEmpty {
      images.removeLast()
    } else if images.count == StampReader.imagesMaximum {
      images.removeFirst()
    }
    images.append(known)
    self.images[volume] = images
  }

  private mutating func write(in page: Bytes, at index: Int, of schedule: WorkloadSchedule) -> UInt32 {
    if page.isEmpty { return StampReader.blank }
    var stamp = pages.value(for: page)
    if stamp == nil {
      stamp = schedule.stamp(of: page)
      if let stamp {
        pages.remember(stamp, for: page)
      } else if page.isZero {
        return StampReader.blank
      }
    }
    guard let stamp, stamp.volume == schedule.volume, stamp.page == UInt32(index) else {
      return StampReader.damaged
    }
    return stamp.write
  }
}
