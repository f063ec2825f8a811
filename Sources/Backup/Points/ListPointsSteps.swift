import Storage
import Units

/// The stages of listing points.
struct ListPointsSteps: Steps {
  private(set) var outcome: ListPointsJob.Outcome?
  private var loader: PointLoader

  init(key: MasterKey, role: VaultRole) { loader = PointLoader(key: key, on: role) }

  mutating func next(at now: Instant) -> (PointLoader.Step, Request)? { loader.next() }

  mutating func receive(_ answer: Answer, for step: PointLoader.Step, at now: Instant) {
    do throws(JobFailure) {
      try loader.receive(answer, for: step)
      if loader.isFinished { outcome = try result() }
    } catch {
      outcome = .failed(error)
    }
  }

  private func result() throws(JobFailure) -> ListPointsJob.Outcome {
    var report = DamageReport()
    var visible: [RecoveryPoint] = []
    var wrongKeys = 0
    for stored in loader.points {
      switch stored.state {
      case .point(let manifest):
        var point = manifest.point
        point.lockedUntil = stored.attributes.lockedUntil
        visible.append(point)
        if let damage = stored.damagedAttributes {
          report.objects.append(DamageReport.Object(key: stored.id.key, problem: "\(damage)"))
        }
      case .pending: break
      case .damaged(let failure):
        if failure == .wrongKey { wrongKeys += 1 }
        report.points.append(stored.id)
        report.objects.append(DamageReport.Object(key: stored.id.key, problem: "\(failure)"))
      }
    }
    // One object may be damaged so that it looks like another key's; all of them are not.
    if wrongKeys > 0, wrongKeys == loader.points.count { throw .wrongKey }
    return .listed(visible, report)
  }
}
