import Storage
import Units

/// One name in a directory tree with its properties.
public struct TreeEntry: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case directory
    /// A regular file with its size and the extents of its own bytes, ascending. Everything else reads as
    /// zeros.
    case file(size: ByteCount, data: [Extent])
    case symbolicLink(target: [UInt8])
    /// Another name of an earlier entry's file.
    case hardLink(entry: Int)
    case pipe
    case socket
    case characterDevice(number: UInt64)
    case blockDevice(number: UInt64)
  }

  /// The problem with the entry in the backup.
  public enum Condition: UInt8, Hashable, Sendable {
    case intact = 0
    /// The file changed while it was read, so the backup is a mixture.
    case changed = 1
    /// The file was unreadable or gone. Only its name and known properties are stored.
    case lost = 2
  }

  public var kind: Kind
  public var condition = Condition.intact
  /// The depth: 0 for the root, 1 for its children.
  public var depth: Int
  /// The name; empty for the root.
  public var name: [UInt8]
  public var attributes: FileAttributes
  /// The extended attributes, ascending by name.
  public var extended: [ExtendedAttribute] = []

  public init(kind: Kind, depth: Int, name: [UInt8], attributes: FileAttributes) {
    self.kind = kind
    self.depth = depth
    self.name = name
    self.attributes = attributes
  }

  /// The number of the entry's bytes in the contents stream.
  var contentLength: ByteCount {
    guard case .file(_, let data) = kind else { return .zero }
    return data.reduce(.zero) { $0 + $1.length }
  }
}

/// The access rights, owner and times of a file.
public struct FileAttributes: Hashable, Sendable {
  /// The permissions with the set-user, set-group and sticky bits.
  public var mode: UInt32
  public var owner: UInt32
  public var group: UInt32
  public var modified: FileTime
  /// The time of the last change of attributes; never restored.
  public var changed: FileTime
  public var inode: UInt64

  public init(
    mode: UInt32, owner: UInt32, group: UInt32, modified: FileTime, changed: FileTime, inode: UInt64
  ) {
    self.mode = mode
    self.owner = owner
    self.group = group
    self.modified = modified
    self.changed = changed
    self.inode = inode
  }
}

/// A time of the file system, with a wider range than `Instant`.
public struct FileTime: Hashable, Comparable, Sendable {
  public var seconds: Int64
  public var nanoseconds: UInt32

  public init(seconds: Int64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public static func < (a: FileTime, b: FileTime) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }
}

/// A named value that a file system stores with a file, such as an access list or a capability.
public struct ExtendedAttribute: Hashable, Sendable {
  public var name: [UInt8]
  public var value: [UInt8]

  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
