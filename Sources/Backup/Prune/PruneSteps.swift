import Storage
import Units

struct PruneSteps: Steps {
  private(set) var outcome: PruneJob.Outcome?

  init(
    expired: [PointID], grace: Duration, repackBelow: Ratio, key: MasterKey, salt: JobSalt,
    options: JobOptions
  ) {}

  mutating func next(at now: Instant) -> (Int, Request)? {
    outcome = .failed(.damaged("not there yet"))
    return nil
  }

  mutating func receive(_ answer: Answer, for purpose: Int, at now: Instant) {}
}
