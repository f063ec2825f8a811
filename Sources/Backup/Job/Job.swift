import Storage
import Units

/// The identifier of a job's request, counted from 0.
public struct RequestID: Hashable, Comparable, Sendable {
  public let number: Int

  init(number: Int) { self.number = number }

  public static func < (a: RequestID, b: RequestID) -> Bool { a.number < b.number }
}

/// An input to a job.
public enum JobEvent: Sendable {
  /// The start: the first event of every job, once.
  case begin
  /// The request was performed.
  case completed(RequestID, Reply)
  /// The request failed, or its result is unknown.
  case failed(RequestID, StorageError)
}

/// A request of a job to its driver.
public enum JobEffect<Outcome: Sendable>: Sendable {
  /// Requests an operation, answered with its ticket. A job has a bounded number of outstanding requests.
  case perform(RequestID, Request)
  /// Ends the job: the last effect, once. Outstanding requests are ignored.
  case finish(Outcome)
}

/// A piece of work on a vault: a backup, restore, verification, prune or replication.
///
/// A job is a value. It begins once, receives the results of its requests in any order, and finishes once.
/// Dropping the value is a crash. After `finish` the job ignores every event.
public protocol Job<Outcome>: Engine where Event == JobEvent, Effect == JobEffect<Outcome> {
  associatedtype Outcome: Sendable

  /// Traps with a reason unless the state of the job is one that events can lead to. Drivers of tests call this after
  /// every event.
  func checkInvariants()
}

/// The reason for the failure of a job.
public enum JobFailure: Error, Hashable, Sendable {
  /// An operation on a vault or stream failed.
  case storage(StorageError)
  /// The vault's contents differ from the data written. The remedy is to verify, then to repair or to restore
  /// from another copy.
  case damaged(String)
  /// The vault was written under another key.
  case wrongKey
  /// The vault's format has a later version than this program supports.
  case unsupportedVersion(Int)
  /// The job was considered dead and its claim was revoked. The remedy is to begin a new job.
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
