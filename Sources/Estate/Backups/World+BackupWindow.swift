import Backup
import Simulation
import Units

/// Backups that move data only inside a daily window.
extension World {
  /// Notes the activity of a backup that has just begun and schedules the end of its window.
  mutating func enterWindow(_ index: Int, _ id: ActivityID) {
    backups[agent: index].beginJob(id)
    guard let window = backups[agent: index].policy.window else { return }
    if let closing = window.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    } else {
      close(window, of: index, id)
    }
  }

  mutating func windowEdge(_ index: Int, _ id: ActivityID, isOpening: Bool) {
    // A backup that has ended needs no window.
    guard backups[agent: index].activity == id, jobs.contains(id) else { return }
    guard let window = backups[agent: index].policy.window else {
      preconditionFailure("only a backup with a window waits for its edges")
    }
    guard isOpening else { return close(window, of: index, id) }
    let waiting = jobs.unpause(id)
    if let closing = window.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    }
    for transfer in waiting.transfers where !infrastructure.resume(transfer, in: &events) {
      fail(transfer.operation)
    }
    for (ticket, request) in waiting.requests { start(request, ticket: ticket, of: id) }
  }

  /// Pauses or fails a backup.
  private mutating func close(_ window: BackupWindow, of index: Int, _ id: ActivityID) {
    switch window.unfinished {
    case .resume:
      jobs.pause(id, with: infrastructure.suspend(where: { $0.isRequest(of: id) }, in: &events))
      backups[agent: index].continueRun()
      if let next = window.opening(after: now) {
        events.schedule(.windowEdge(index, id, isOpening: true), at: next)
      }
    case .fail:
      jobs.end(id)
      let vault = blueprint.vaults[backups[agent: index].policy.vault].name
      backups.failRun(
        of: index, for: "the window of vault \(vault) closed", isVaultUncertain: true, in: &events)
    }
  }
}

extension Operation.Owner {
  /// Whether the operation is a request of a job.
  fileprivate func isRequest(of activity: ActivityID) -> Bool {
    if case .request(activity, _, _) = self { true } else { false }
  }
}
