import CLinux
import Glibc

/// A regular file with more bytes than its size states, as in `/proc` and `/sys`.
enum UnsizedFile {
  enum Reading {
    case contents([UInt8])
    case problem(String)
  }

  /// The limit on bytes read from such a file.
  private static let limit = 16 << 20

  /// Whether a file's size is meaningless: it is 0, or the kernel generates the file when read.
  static func isOne(_ status: stat, in folder: Descriptor) -> Bool {
    status.st_size == 0 || status.st_blocks == 0 && isMadeUp(folder)
  }

  /// Whether the kernel generates the files of a directory when they are read.
  private static func isMadeUp(_ folder: Descriptor) -> Bool {
    // proc, sysfs, debugfs, tracefs, securityfs and cgroup2 in statfs(2).
    [0x9FA0, 0x6265_6572, 0x6462_6720, 0x7472_6163, 0x7363_6673, 0x6367_7270].contains(
      firedrill_file_system(folder.number))
  }

  /// Returns all bytes of a file; empty when it is unreadable and has no size either.
  static func read(_ name: [UInt8], in folder: Descriptor) -> Reading {
    do throws(SystemError) {
      let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
      let file = try Descriptor.open(FilePath(bytes: name), at: folder.number, flags)
      var bytes = [UInt8](repeating: 0, count: 4_096)
      var count = 0
      while true {
        let start = count
        var got: Result<Int, SystemError> = .success(0)
        bytes.withUnsafeMutableBytes { raw in
          let rest = UnsafeMutableRawBufferPointer(rebasing: raw[start...])
          do throws(SystemError) { got = .success(try file.read(into: rest, at: start)) } catch {
            got = .failure(error)
          }
        }
        count += try got.get()
        if count < bytes.count { return .contents(Array(bytes[..<count])) }
        if bytes.count > limit { return .problem("holds more than 16 MiB, and its size says nothing") }
        bytes += [UInt8](repeating: 0, count: bytes.count)
      }
    } catch {
      return isMadeUp(folder)
        ? .problem("cannot be read: \(String(cString: strerror(error.code)))") : .contents([])
    }
  }
}

/// The tag of cache directories (bford.info/cachedir).
enum CacheTag {
  static let name = Array("CACHEDIR.TAG".utf8)
  private static let signature = Array("Signature: 8a477f597d28d172789f06886806bc55".utf8)

  /// Whether a directory with these names is tagged as a cache.
  static func isIn(_ folder: Descriptor, _ names: [[UInt8]]) -> Bool {
    guard names.contains(name), case .contents(let bytes) = head(of: folder) else { return false }
    return bytes.starts(with: signature)
  }

  private static func head(of folder: Descriptor) -> UnsizedFile.Reading {
    UnsizedFile.read(name, in: folder)
  }
}
