import Storage
import Units

struct ReplicateSteps: Steps {
  private(set) var outcome: ReplicateJob.Outcome?

  init(key: MasterKey, lockedUntil: Instant?, salt: JobSalt, options: JobOptions) {}

  mutating func next(at now: Instant) -> (Int, Request)? {
    outcome = .failed(.damaged("not there yet"))
    return nil
  }

  mutating func receive(_ answer: Answer, for purpose: Int, at now: Instant) {}
}
