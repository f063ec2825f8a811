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
    guard backupAgents[index].run?.activity == id, activities.contains(id) else { return }
    guard isOpening else { return closeWindow(index, id) }
    let held = activities[id]?.held ?? []
    activities[id]?.isPaused = false
    activities[id]?.held = []
    if let closing = backupAgents[index].policy.window?.closing(openAt: now) {
      events.schedule(.windowEdge(index, id, isOpening: false), at: closing)
    }
    resumeTransfers(of: id)
    for (ticket, request) in held { start(request, ticket: ticket, of: id) }
  }

  /// Pauses or fails a backup.
  private mutating func closeWindow(_ index: Int, _ id: ActivityID) {
    guard let window = backupAgents[index].policy.window else { return }
    switch window.unfinished {
    case .resume:
      activities[id]?.isPaused = true
      suspendTransfers(of: id)
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

  // MARK: Transfers

  /// Takes a job's transfers from their devices, links and processors, with what is not moved yet.
  private mutating func suspendTransfers(of id: ActivityID) {
    for place in resources.indices {
      let resource = ResourceID(place)
      let flows = resources[resource].flows.filter { isTransfer($0.operation, of: id) }
      for (flow, operation) in flows {
        let size = activities[id]?.continued[flow] ?? operations[operation]?.leg?.amount ?? .zero
        let moved = resources[resource].bandwidth.cancel(flow, at: now) ?? .zero
        resources[resource].flows.removeAll { $0.flow == flow }
        activities[id]?.continued[flow] = nil
        activities[id]?.suspended.append(
          Operation.SuspendedFlow(resource: resource, operation: operation, rest: max(.zero, size - moved)))
      }
      if !flows.isEmpty { replan(resource) }
    }
  }

  private mutating func resumeTransfers(of id: ActivityID) {
    let suspended = activities[id]?.suspended ?? []
    activities[id]?.suspended = []
    for transfer in suspended {
      guard resources[transfer.resource].isUp else {
        fail(transfer.operation)
        continue
      }
      let flow = resources[transfer.resource].bandwidth.add(transfer.rest, at: now)
      resources[transfer.resource].flows.append((flow, transfer.operation))
      activities[id]?.continued[flow] = transfer.rest
      replan(transfer.resource)
    }
  }

  private func isTransfer(_ operation: SlotID, of id: ActivityID) -> Bool {
    if case .request(id, _, _) = operations[operation]?.owner { true } else { false }
  }
}
