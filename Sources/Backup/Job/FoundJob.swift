import Storage
import Units

/// Creates a vault by writing the configuration that identifies its key, unless one exists.
public struct FoundJob: Job {
  public enum Outcome: Sendable {
    case founded
    case failed(JobFailure)
  }

  private var pump: Pump<FoundSteps>

  /// - Parameter salt: New for every job.
  public init(key: MasterKey, salt: JobSalt) {
    pump = Pump(FoundSteps(gate: VaultGate(key, jobKey: key.derive(salt))), window: 1)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The stages of creating a vault.
struct FoundSteps: Steps {
  private(set) var outcome: FoundJob.Outcome?
  private var gate: VaultGate

  init(gate: VaultGate) { self.gate = gate }

  mutating func next(at now: Instant) -> (VaultGate.Step, Request)? { gate.next() }

  mutating func receive(_ answer: Answer, for step: VaultGate.Step, at now: Instant) {
    do throws(JobFailure) {
      try gate.receive(answer, for: step)
      if gate.isOpen { outcome = .founded }
    } catch {
      outcome = .failed(error)
    }
  }
}
