import Storage
import Units

/// Names one request of one job; tickets count up from 0.
public struct Ticket: Hashable, Comparable, Sendable {
  public let number: Int

  init(number: Int) { self.number = number }

  public static func < (a: Ticket, b: Ticket) -> Bool { a.number < b.number }
}

/// What can happen to a job.
public enum JobEvent: Sendable {
  /// The first event of every job, once.
  case begin
  /// The request was performed.
  case completed(Ticket, Reply)
  /// The request was not performed, or nobody knows whether it was.
  case failed(Ticket, StorageError)
}

/// What a job asks of its driver.
public enum JobEffect<Outcome: Sendable>: Sendable {
  /// Perform the request and answer with its ticket. A job has a bounded number of requests outstanding.
  case perform(Ticket, Request)
  /// The last effect of every job, once. Whatever is still outstanding no longer matters.
  case finish(Outcome)
}

/// A piece of work on a vault: a backup, restore, verification, prune or replication.
///
/// A job is a value. It is begun once, told how its requests went in whatever order that happens, and finishes once.
/// Dropping it is a crash. After `finish` it ignores every event.
public protocol Job<Outcome>: Engine where Event == JobEvent, Effect == JobEffect<Outcome> {
  associatedtype Outcome: Sendable
}

/// Why a job could not do what it was asked.
public enum JobFailure: Error, Hashable, Sendable {
  /// An operation on a vault or stream failed.
  case storage(StorageError)
  /// What the vault holds is not what was written: verify it, and repair or restore from another copy.
  case damaged(String)
  /// The vault was written under another key.
  case wrongKey
  /// The vault's format is of a later version than this program knows.
  case unsupportedVersion(Int)
  /// The job was taken for dead and its claim revoked: begin a new one.
  case fenced
}

extension JobFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .storage(let error): "\(error)"
    case .damaged(let what): "damaged: \(what)"
    case .wrongKey: "the vault was written under another key"
    case .unsupportedVersion(let version): "format version \(version) is later than this program knows"
    case .fenced: "the job took longer than its lease and was revoked"
    }
  }
}
