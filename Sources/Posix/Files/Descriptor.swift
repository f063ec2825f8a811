import CLinux
import Glibc
import Storage

/// An open file, closed with its last reference.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }
  deinit { close(number) }

  /// Opens a path, relative to a directory unless it begins with a slash.
  static func open(
    _ path: FilePath, at folder: Int32 = AT_FDCWD, _ flags: Int32, mode: mode_t = 0
  ) throws(SystemError) -> Descriptor {
    while true {
      let number = path.withCString { firedrillOpen(folder, $0, flags | O_CLOEXEC, mode) }
      if number >= 0 { return Descriptor(number) }
      if errno != EINTR { throw SystemError("\(path)") }
    }
  }

  func status(_ path: FilePath) throws(SystemError) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemError("\(path)") }
    return status
  }

  /// Fills `buffer` from `offset` and returns the number of bytes read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pread(number, base + done, buffer.count - done, off_t(offset + done))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError("byte \(offset + done)")
      }
      done += count
    }
    return done
  }

  /// Lets the device start writing, which shortens a later `fsync`. The call guarantees nothing, and file
  /// systems without support ignore it.
  func beginWritingBack() { _ = sync_file_range(number, 0, 0, firedrill_sync_range_write) }

  func write(_ buffer: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var done = 0
    while done < buffer.count, let base = buffer.baseAddress {
      let count = pwrite(number, base + done, buffer.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError("byte \(offset + done)")
      }
      done += count
    }
  }
}

/// Calls `openat`, which is variadic in C. The mode is used only for a new file.
private func firedrillOpen(_ folder: Int32, _ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t)
  -> Int32
{ openat(folder, path, flags, mode) }
