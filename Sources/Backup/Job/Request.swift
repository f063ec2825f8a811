import Storage
import Units

/// The vault of an operation. Only replication uses two.
public enum VaultRole: UInt8, Hashable, Sendable {
  case primary
  case replica
}

/// A request of a job to its driver. Outstanding requests may be performed in any order.
public enum Request: Sendable {
  /// An operation on a vault, which is an object store. Answered as `VaultOperation` says.
  case vault(VaultOperation, on: VaultRole = .primary)
  /// An operation on a source stream (backup) or target stream (restore) by its position in the job's list.
  case stream(Int, StreamOperation)
  /// Pure work on bytes. Answered by `computed` with the result of `run()`.
  case compute(Computation)
}

/// An operation on an object store, with the meaning of the method of `ObjectStore` with the same name.
public enum VaultOperation: Sendable {
  /// Lists keys. Answered by `keys`.
  case list(prefix: String)
  /// Gets bytes of an object. Answered by `bytes`.
  case get(ObjectKey, range: Range<Int>?)
  /// Gets attributes. Answered by `attributes`.
  case attributes(ObjectKey)
  /// Puts an object. Answered by `version` when the object is durable.
  case put(ObjectKey, Bytes, if: ObjectCondition, lockedUntil: Instant?)
  /// Deletes an object. Answered by `done`.
  case delete(ObjectKey, if: UInt64?)
  /// Locks an object. Answered by `done`.
  case lock(ObjectKey, until: Instant)

  /// Performs the operation on a store at once.
  public func perform(on store: inout some ObjectStore, at now: Instant) throws(StorageError) -> Reply {
    switch self {
    case .list(let prefix): return .keys(try store.keys(prefix: prefix))
    case .get(let key, let range): return .bytes(try store.get(key, range: range))
    case .attributes(let key): return .attributes(try store.attributes(of: key))
    case .put(let key, let bytes, let condition, let lockedUntil):
      return .version(try store.put(bytes, as: key, if: condition, lockedUntil: lockedUntil, at: now))
    case .delete(let key, let version):
      try store.delete(key, if: version, at: now)
      return .done
    case .lock(let key, let date):
      try store.lock(key, until: date, at: now)
      return .done
    }
  }
}

/// An operation on a source or target stream.
public enum StreamOperation: Sendable {
  /// Reads an extent completely. Answered by `bytes`.
  case read(Extent)
  /// Creates the target, or checks that it can hold the stream. This precedes every other operation on a
  /// target. Answered by `done`.
  case prepare(StreamDescription)
  /// Writes each fragment at its offset. Answered by `done`.
  case write([Fragment])
  /// Makes everything written durable. Answered by `done`.
  case flush
}

/// Bytes and their offset in a stream.
public struct Fragment: Hashable, Sendable {
  public var offset: ByteCount
  public var bytes: Bytes

  public init(offset: ByteCount, bytes: Bytes) {
    self.offset = offset
    self.bytes = bytes
  }
}

/// The answer to a performed request.
public enum Reply: Sendable {
  case keys(KeyList)
  case bytes(Bytes)
  case attributes(ObjectAttributes?)
  case version(UInt64)
  case done
  case computed(Computation.Output)
}
