import Storage
import Synchronization

/// A cache of volumes at points of a journal.
///
/// Rehearsals on copies of one world rewind the same journal over the same volumes, often to neighbouring
/// points. Each begins with the nearest earlier point that is known, and replays only the entries between.
public final class RewindMemory: Sendable {
  private struct Rewound {
    let volume: Int
    /// The image below the journal.
    let base: PagedImage
    /// The journal's entries; they show which other journals hold the same ones.
    let entries: ChunkedQueue<Entry>
    let position: UInt64
    let image: PagedImage

    /// Whether the image is on the way to a later place of a journal.
    func leads(to position: UInt64, of journal: Journal, over base: PagedImage) -> Bool {
      self.position <= position && self.base.sharesMemory(with: base)
        && journal.entries.shares(with: entries, through: self.position)
    }
  }

  /// The images used last, newest last.
  private let known = Mutex<[Rewound]>([])
  private static let imagesMaximum = 24

  public init() {}

  /// Returns what `journal.rewound` returns, with the same pages.
  public func rewound(
    _ base: PagedImage, volume: Int, to point: JournalPoint, of journal: Journal
  ) -> PagedImage {
    let entries = journal.entries
    guard entries.start <= point.position else { return base }
    let nearest = nearest(to: point.position, of: journal, over: base, volume: volume)
    if let nearest, nearest.position == point.position { return nearest.image }
    let image = journal.replayed(
      (nearest.map { $0.position + 1 } ?? entries.start)..<(point.position + 1), over: nearest?.image ?? base,
      volume: volume)
    remember(
      Rewound(volume: volume, base: base, entries: entries, position: point.position, image: image))
    return image
  }

  private func nearest(
    to position: UInt64, of journal: Journal, over base: PagedImage, volume: Int
  ) -> Rewound? {
    known.withLock { known in
      let places = known.indices.filter { known[$0].volume == volume }
        .sorted { known[$0].position > known[$1].position }
      guard let place = places.first(where: { known[$0].leads(to: position, of: journal, over: base) })
      else { return nil }
      known.append(known.remove(at: place))
      return known.last
    }
  }

  private func remember(_ rewound: Rewound) {
    known.withLock { known in
      known.append(rewound)
      if known.count > Self.imagesMaximum { known.removeFirst() }
    }
  }
}
