import Glibc
import Posix
import Units

/// The attributes of a mounted file.
package struct FileStatus: Hashable, Sendable {
  package var inode: UInt64
  package var type: FileType
  /// The permissions with the set-user, set-group and sticky bits.
  package var permissions: UInt32
  package var links: Int
  package var owner: UInt32
  package var group: UInt32
  /// The device's number; 0 for other files.
  package var device: UInt64 = 0
  package var size: ByteCount = .zero
  /// The bytes outside holes, in blocks of `FileStatus.blockSize`.
  package var allocated: ByteCount = .zero
  package var modified: FileTime
  package var changed: FileTime

  /// The block size of a mount.
  package static let blockSize = ByteCount(4_096)
}

/// The type of a mounted file.
package enum FileType: Hashable, Sendable {
  case directory
  case file
  case symbolicLink
  case pipe
  case socket
  case characterDevice
  case blockDevice

  /// The bits of a mode that stand for the type.
  package var modeBits: UInt32 {
    switch self {
    case .directory: S_IFDIR
    case .file: S_IFREG
    case .symbolicLink: S_IFLNK
    case .pipe: S_IFIFO
    case .socket: S_IFSOCK
    case .characterDevice: S_IFCHR
    case .blockDevice: S_IFBLK
    }
  }
}

/// The reason why a request on a mount fails.
package enum MountError: Error, Hashable, Sendable {
  case notFound
  case noAttribute
  case notDirectory
  case isDirectory
  case invalid
  /// There is no data, or no position, after an offset.
  case beyondEnd
  /// The vault or the backup lacks the data.
  case damaged
  /// The mount is being taken off.
  case stopped

  /// The system's code for the reason.
  package var code: Int32 {
    switch self {
    case .notFound: ENOENT
    case .noAttribute: ENODATA
    case .notDirectory: ENOTDIR
    case .isDirectory: EISDIR
    case .invalid: EINVAL
    case .beyondEnd: ENXIO
    case .damaged: EIO
    case .stopped: EINTR
    }
  }
}

/// The sizes of a mount, as `statfs` reports them.
package struct MountSizes: Hashable, Sendable {
  /// The bytes of all files, in blocks of `FileStatus.blockSize`. None is free.
  package var used: ByteCount
  /// The number of inodes known so far. None is free.
  package var inodes: Int
}
