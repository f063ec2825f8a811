import Storage
import Units

/// Rebuilds an agent's memory from the vault, so that its next backup can carry blocks forward from a point.
public struct RecallJob: Job {
  public enum Outcome: Sendable {
    case recalled(AgentMemory)
    /// The recall failed, so the next backup reads everything.
    case failed(JobFailure)
  }

  private var pump: Pump<RecallSteps>

  public init(_ point: PointID, key: MasterKey, options: JobOptions = JobOptions()) {
    options.validate()
    let reader = PointReader(point, key: key, options: options)
    pump = Pump(RecallSteps(reader: reader), window: options.window)
  }

  public mutating func handle(_ event: JobEvent, at now: Instant, into effects: inout [JobEffect<Outcome>]) {
    pump.handle(event, at: now, into: &effects)
  }

  public func checkInvariants() { pump.checkInvariants() }
}

/// The stages of a recall.
struct RecallSteps: Steps {
  private(set) var outcome: RecallJob.Outcome?
  private var reader: PointReader

  init(reader: PointReader) { self.reader = reader }

  mutating func next(at now: Instant) -> (PointReader.Step, Request)? { reader.next() }

  mutating func receive(_ answer: Answer, for step: PointReader.Step, at now: Instant) {
    do throws(JobFailure) {
      try reader.receive(answer, for: step)
      if let memory = try reader.memory() { outcome = .recalled(memory) }
    } catch {
      outcome = .failed(error)
    }
  }
}
