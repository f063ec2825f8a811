import Backup
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
    guard backupAgents[index].run?.activity == id, activities.contains(id) else { return }
    guard isOpening else { return closeWindow(index, id) }
    let held = activities[id]?.held ?? []
    activities[id]?.isPaused = false
    activities[id]?.held = []
    if let closing = backupAgents[index].policy.window?.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    }
    for (ticket, request) in held { start(request, ticket: ticket, of: id) }
  }

  /// Pauses or fails a backup. Requests on their way still end.
  private mutating func closeWindow(_ index: Int, _ id: ActivityID) {
    guard let window = backupAgents[index].policy.window else { return }
    switch window.unfinished {
    case .resume:
      activities[id]?.isPaused = true
      if backupAgents[index].run?.isContinued == false {
        backupAgents[index].run?.isContinued = true
        backupAgents[index].record.continued += 1
      }
      if let next = window.opening(after: now) {
        events.schedule(.windowEdge(index, id, isOpening: true), at: next)
      }
    case .fail:
      cancel(id)
      backupAgents[index].memory = nil
      let vault = blueprint.vaults[backupAgents[index].policy.vault].name
      backupAgents[index].record.note(failure: "the window of vault \(vault) closed")
      endRun(of: index, succeeded: false)
    }
  }
}
