/// The unanswered requests of a job, each with its purpose.
struct Outstanding<Purpose: Sendable>: Sendable {
  private var entries: [(ticket: Int, purpose: Purpose)] = []
  private var issued = 0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  /// Whether no request was ever made.
  var isPristine: Bool { issued == 0 }

  mutating func issue(_ purpose: Purpose) -> RequestID {
    defer { issued += 1 }
    entries.append((issued, purpose))
    return RequestID(number: issued)
  }

  /// Removes a ticket and returns its purpose; `nil` when it is not outstanding. Complexity: O(count), which
  /// is small.
  mutating func redeem(_ ticket: RequestID) -> Purpose? {
    guard let index = entries.firstIndex(where: { $0.ticket == ticket.number }) else { return nil }
    let purpose = entries[index].purpose
    entries.swapAt(index, entries.count - 1)
    entries.removeLast()
    return purpose
  }
}
