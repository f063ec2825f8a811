import Glibc
import Storage

/// An error of the operating system.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  public let code: Int32
  /// The object of the failed call.
  public let place: String

  init(_ place: String, code: Int32 = errno) {
    self.code = code
    self.place = place
  }

  public var description: String { "\(place): \(String(cString: strerror(code)))" }

  /// The equivalent storage error.
  var storage: StorageError {
    let kind: StorageError.Kind =
      switch code {
      case ENOENT, ENOTDIR: .notFound
      case EEXIST: .conditionFailed
      case ENOSPC, EDQUOT, EFBIG: .full
      default: .unavailable
      }
    return StorageError(kind, description)
  }
}

/// Runs `body` and converts system errors to storage errors.
func asStorage<R>(_ body: () throws(SystemError) -> R) throws(StorageError) -> R {
  do { return try body() } catch { throw error.storage }
}
