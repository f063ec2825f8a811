import Units

/// The split of a volume's writes between two sites that both serve in isolation. Some clients follow the new
/// address, and others keep the old one.
struct ClientSplit: Hashable, Sendable {
  private let seed: UInt64
  private let volume: VolumeID
  /// The share of clients that learn of the new address.
  private let share: Ratio
  /// The first write with a new address; `nil` before one exists.
  private(set) var first: Int?

  init(seed: UInt64, volume: VolumeID, share: Ratio) {
    self.seed = seed
    self.volume = volume
    self.share = share
  }

  /// Lets some clients use the new address from this write on.
  mutating func begin(withWrite number: Int) { first = number }

  /// Whether a write goes to the new site. Complexity: O(1).
  func goesToNewSite(_ number: Int) -> Bool {
    guard let first, number >= first else { return false }
    let draw = (seed ^ UInt64(volume.index) << 48 ^ UInt64(number)).mixed % 1_000_000_000
    return Int64(draw) < share.billionths
  }
}
