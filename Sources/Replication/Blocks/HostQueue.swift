import Storage
import Units

/// A host operation that waits until an extent is recorded as hot.
enum HostOperation: Sendable {
  case write(HostWrite, issued: Instant)
  case flush(FlushTicket, volume: Int)
}

/// A flush with a waiting host.
struct PendingFlush: Sendable {
  /// The host's ticket; `nil` for the engine's own flush before a handover.
  let ticket: FlushTicket?
  let number: UInt64
  let volume: Int
  /// The number of the last write before the flush.
  let lastWrite: UInt64
  /// The stream position that the peer must have; `max` when the copy must be in sync.
  fileprivate(set) var through: UInt64
  fileprivate(set) var isLocal: Bool
}

/// The operations of hosts that wait for a hot extent or for their acknowledgement.
///
/// Invariants: flushes wait in their order; only what a host wrote is durable here.
struct HostQueue: Sendable {
  /// The operations that wait for their extents, oldest first.
  private(set) var deferred: [HostOperation] = []
  /// The flushes that wait for their acknowledgement, oldest first.
  private(set) var flushes: [PendingFlush] = []
  private var flushesTaken: UInt64 = 0
  /// The last write that is durable here, by volume.
  private(set) var flushedThrough: [UInt64]
  private let writesLocally: Bool

  init(volumes: Int, writesLocally: Bool) {
    self.writesLocally = writesLocally
    flushedThrough = Array(repeating: writesLocally ? 0 : .max, count: volumes)
  }

  var isEmpty: Bool { deferred.isEmpty && flushes.isEmpty }

  // MARK: Waiting for an extent

  /// The writes that wait for their extents, oldest first.
  var deferredWrites: [HostWrite] {
    deferred.compactMap { if case .write(let write, _) = $0 { write } else { nil } }
  }

  /// The issue time of the oldest write that waits; `nil` without one.
  var firstIssue: Instant? {
    for case .write(_, let issued) in deferred { return issued }
    return nil
  }

  mutating func postpone(_ operation: HostOperation) { deferred.append(operation) }

  mutating func removeDeferred(first count: Int) { deferred.removeFirst(count) }

  mutating func removeAllDeferred() { deferred.removeAll() }

  // MARK: Waiting for an acknowledgement

  /// Adds a flush of a volume, and returns its number.
  mutating func add(
    _ ticket: FlushTicket?, _ volume: Int, after lastWrite: UInt64, through position: UInt64
  ) -> UInt64 {
    flushesTaken += 1
    flushes.append(
      PendingFlush(
        ticket: ticket, number: flushesTaken, volume: volume, lastWrite: lastWrite, through: position,
        isLocal: !writesLocally))
    return flushesTaken
  }

  /// Notes that the device completed a flush. One that was rejected meanwhile is not there.
  mutating func finishLocally(_ number: UInt64) {
    guard let place = flushes.firstIndex(where: { $0.number == number }) else { return }
    flushes[place].isLocal = true
    let volume = flushes[place].volume
    flushedThrough[volume] = max(flushedThrough[volume], flushes[place].lastWrite)
  }

  /// Makes all flushes wait for a copy in sync, because their places in the stream are gone.
  mutating func awaitSync() {
    for place in flushes.indices { flushes[place].through = .max }
  }

  mutating func removeFlushes(first count: Int) { flushes.removeFirst(count) }

  mutating func removeAllFlushes() { flushes.removeAll() }

  // MARK: Invariants

  /// Traps unless what waits was asked for, in order.
  ///
  /// - Parameters:
  ///   - lastWrite: The last write that was carried out.
  ///   - position: The end of the stream.
  func checkInvariants(volumes: Int, lastWrite: UInt64, streamEnd position: UInt64) {
    precondition(flushedThrough.count == volumes, "every volume has its last flush")
    precondition(
      zip(flushes, flushes.dropFirst()).allSatisfy { $0.number < $1.number && $0.lastWrite <= $1.lastWrite },
      "flushes wait in their order")
    for flush in flushes {
      precondition(flush.number <= flushesTaken, "a flush that waits was asked for")
      precondition(flush.lastWrite <= lastWrite, "a flush covers writes that were made")
      precondition(
        flush.through == .max || flush.through <= position, "a flush waits for what is in the stream")
    }
    for through in flushedThrough where writesLocally {
      precondition(through <= lastWrite, "only what was written is durable")
    }
  }
}
