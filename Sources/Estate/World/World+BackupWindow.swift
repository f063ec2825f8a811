import Backup
import Simulation
import Units

/// Backups that move data only inside a daily window.
extension World {
  /// Notes the activity of a backup that has just begun and schedules the end of its window.
  mutating func enterWindow(_ index: Int, _ id: ActivityID) {
    backupAgents[index].run?.activity = id
    guard let window = backupAgents[index].policy.window else { return }
    if let closing = window.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    } else {
      closeWindow(index, id)
    }
  }

  mutating func windowEdge(_ index: Int, _ id: ActivityID, isOpening: Bool) {
    guard backupAgents[index].run?.activity == id, jobs.contains(id) else { return }
    guard isOpening else { return closeWindow(index, id) }
    let waiting = jobs.unpause(id)
    if let closing = backupAgents[index].policy.window?.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    }
    for transfer in waiting.transfers where !infrastructure.resume(transfer, in: &events) {
      fail(transfer.operation)
    }
    for (ticket, request) in waiting.requests { start(request, ticket: ticket, of: id) }
  }

  /// Pauses or fails a backup.
  private mutating func closeWindow(_ index: Int, _ id: ActivityID) {
    guard let window = backupAgents[index].policy.window else { return }
    switch window.unfinished {
    case .resume:
      jobs.pause(id, with: infrastructure.suspend(where: { $0.isRequest(of: id) }, in: &events))
      if backupAgents[index].run?.isContinued == false {
        backupAgents[index].run?.isContinued = true
        backupAgents[index].record.continued += 1
      }
      if let next = window.opening(after: now) {
        events.schedule(.windowEdge(index, id, isOpening: true), at: next)
      }
    case .fail:
      jobs.end(id)
      backupAgents[index].memory = nil
      let vault = blueprint.vaults[backupAgents[index].policy.vault].name
      backupAgents[index].record.note(failure: "the window of vault \(vault) closed")
      endRun(of: index, succeeded: false)
    }
  }
}

extension Operation.Owner {
  /// Whether the operation is a request of a job.
  fileprivate func isRequest(of activity: ActivityID) -> Bool {
    if case .request(activity, _, _) = self { true } else { false }
  }
}
