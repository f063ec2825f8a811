/// The requests of a job that are not answered yet, each with what its answer is for.
struct Outstanding<Purpose: Sendable>: Sendable {
  private var entries: [(ticket: Int, purpose: Purpose)] = []
  private var issued = 0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  /// Whether nothing was ever asked.
  var isPristine: Bool { issued == 0 }

  mutating func issue(_ purpose: Purpose) -> Ticket {
    defer { issued += 1 }
    entries.append((issued, purpose))
    return Ticket(number: issued)
  }

  /// What the ticket was issued for; `nil` when it is not outstanding. Complexity: O(count), which is small.
  mutating func redeem(_ ticket: Ticket) -> Purpose? {
    guard let index = entries.firstIndex(where: { $0.ticket == ticket.number }) else { return nil }
    let purpose = entries[index].purpose
    entries.swapAt(index, entries.count - 1)
    entries.removeLast()
    return purpose
  }
}
