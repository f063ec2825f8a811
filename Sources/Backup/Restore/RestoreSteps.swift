import Storage
import Units

struct RestoreSteps: Steps {
  private(set) var outcome: RestoreJob.Outcome?

  init(
    _ point: PointID, key: MasterKey, selection: RestoreJob.Selection, target: RestoreJob.Target,
    catalog: Catalog?, options: JobOptions
  ) {}

  mutating func next(at now: Instant) -> (Int, Request)? {
    outcome = .failed(.damaged("not there yet"))
    return nil
  }

  mutating func receive(_ answer: Answer, for purpose: Int, at now: Instant) {}
}
