import Replication
import Units

/// The reach of the journals of host I/O replication.
public struct JournalWindow: Codable, Hashable, Sendable {
  /// The age of the oldest checkpoint; `nil` when a journal has none.
  public var length: Duration?
  /// The history that the strategy requires; `nil` for none.
  public var wanted: Duration?
  /// Whether checkpoints were dropped because the journal was full.
  public var hasGivenUpPoints: Bool

  public init(length: Duration?, wanted: Duration?, hasGivenUpPoints: Bool) {
    self.length = length
    self.wanted = wanted
    self.hasGivenUpPoints = hasGivenUpPoints
  }

  /// Whether the journal is shorter than the required history; `nil` when none is required.
  ///
  /// A young journal that has dropped no points violates nothing.
  public var isViolated: Bool? {
    wanted.map { wanted in length.map { $0 < wanted && hasGivenUpPoints } ?? true }
  }
}

extension World {
  /// The shortest window of any journal; `nil` without host I/O replication.
  public var journalWindow: JournalWindow? {
    let windows = protectionGroups.filter { fabric[$0].policy.mode.isHostIO }.map(window)
    guard var shortest = windows.first else { return nil }
    for window in windows.dropFirst() {
      if (window.length ?? .zero) < (shortest.length ?? .zero) { shortest.length = window.length }
      shortest.hasGivenUpPoints = shortest.hasGivenUpPoints || window.hasGivenUpPoints
      shortest.wanted = [shortest.wanted, window.wanted].compactMap { $0 }.max()
    }
    return shortest
  }

  private func window(of pair: PairID) -> JournalWindow {
    let journal = standingJournal(of: pair)
    return JournalWindow(
      length: journal?.heldPoints.first.map { now - $0.point.instant }, wanted: fabric[pair].policy.history,
      hasGivenUpPoints: journal?.hasGivenUpPoints ?? false)
  }

  /// Returns the journal of a group's copy; `nil` where there is none or the copy is lost.
  func standingJournal(of pair: PairID) -> Journal? {
    let node = fabric[pair][fabric[pair].standing]
    guard fabric[pair].policy.mode.isHostIO, !node.isBlank, isUp(node.site), node.devices.allSatisfy(isUp)
    else { return nil }
    return (node.engine?.durableState ?? node.stored).journal
  }
}

extension ReplicationPolicy.Mode {
  /// Whether the DR site keeps a journal.
  public var isHostIO: Bool {
    if case .hostIO = self { true } else { false }
  }
}
