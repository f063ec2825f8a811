import Glibc
import Storage

/// What the operating system answered.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  public let code: Int32
  /// What it was asked about.
  public let place: String

  init(_ place: String, code: Int32 = errno) {
    self.code = code
    self.place = place
  }

  public var description: String { "\(place): \(String(cString: strerror(code)))" }

  /// The same as the engines know it.
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

/// Runs `body` with the system's errors as the engines know them.
func asStorage<R>(_ body: () throws(SystemError) -> R) throws(StorageError) -> R {
  do { return try body() } catch { throw error.storage }
}
