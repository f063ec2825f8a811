import Backup
import Storage
import Testing
import Units

/// A verification holds few packs at once, so that its memory does not grow with the vault or the window.
@Suite struct VerifyMemoryTests {
  @Test func aVerificationHoldsAtMostEightPacks() throws {
    var site = Fixture([noise(400_000, seed: 1)])
    site.options.packSize = 8 << 10
    try site.backup()
    site.options.window = 24
    var store = site.vault
    var job = VerifyJob(.all, key: site.key, isReplica: false, options: site.options)
    var effects: [VerifyJob.Effect] = []
    var queue: [(ticket: RequestID, request: Request)] = []
    var held = 0
    var most = 0
    var checked = 0
    var isIntact = false
    job.handle(.begin, at: site.driver.now, into: &effects)
    while true {
      for effect in effects {
        switch effect {
        case .finish(let outcome): if case .intact = outcome { isIntact = true }
        case .perform(let ticket, let request):
          if request.getsPack { held += 1 }
          queue.append((ticket, request))
        }
      }
      effects = []
      most = max(most, held)
      guard !queue.isEmpty else { break }
      // Reads are answered before checks, so that as many packs as possible are held.
      let next = queue.firstIndex { !$0.request.isComputation } ?? 0
      let (ticket, request) = queue.remove(at: next)
      let event: JobEvent
      if case .compute(let computation) = request {
        if case .check = computation {
          held -= 1
          checked += 1
        }
        event = .completed(ticket, .computed(computation.run()))
      } else if case .vault(let operation, _) = request {
        do throws(StorageError) {
          event = .completed(ticket, try operation.perform(on: &store, at: site.driver.now))
        } catch {
          event = .failed(ticket, error)
        }
      } else {
        Issue.record("a verification has no streams")
        return
      }
      job.handle(event, at: site.driver.now, into: &effects)
    }
    #expect(isIntact && checked > 20)
    #expect(most == 8)
  }
}

extension Request {
  fileprivate var isComputation: Bool { if case .compute = self { true } else { false } }

  /// Whether the request reads a whole pack; block lists are read from parts of packs.
  fileprivate var getsPack: Bool {
    if case .vault(.get(let key, nil), _) = self { key.name.hasPrefix("packs/") } else { false }
  }
}
