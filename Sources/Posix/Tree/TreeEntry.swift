import Storage
import Units

/// One name in a directory tree, and what is known of it.
public struct TreeEntry: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case directory
    /// A regular file: its size, and where it has bytes of its own, ascending; everywhere else it reads as zeros.
    case file(size: ByteCount, data: [Extent])
    case symbolicLink(target: [UInt8])
    /// Another name of the file that an earlier entry is.
    case hardLink(entry: Int)
    case pipe
    case socket
    case characterDevice(number: UInt64)
    case blockDevice(number: UInt64)
  }

  /// What went wrong with it in the backup.
  public enum Condition: UInt8, Hashable, Sendable {
    case intact = 0
    /// It changed while it was read: what was backed up is a mixture.
    case changed = 1
    /// It could not be read, or was gone: only the name and what was known of it is there.
    case lost = 2
  }

  public var kind: Kind
  public var condition = Condition.intact
  /// 0 for the root, 1 for what lies in it.
  public var depth: Int
  /// Empty for the root.
  public var name: [UInt8]
  public var attributes: FileAttributes
  /// Extended attributes, ascending by name.
  public var extended: [ExtendedAttribute] = []

  public init(kind: Kind, depth: Int, name: [UInt8], attributes: FileAttributes) {
    self.kind = kind
    self.depth = depth
    self.name = name
    self.attributes = attributes
  }

  /// The bytes of the contents stream that are the entry's.
  var contentLength: ByteCount {
    guard case .file(_, let data) = kind else { return .zero }
    return data.reduce(.zero) { $0 + $1.length }
  }
}

/// Who may do what with a file, and when it changed.
public struct FileAttributes: Hashable, Sendable {
  /// Permissions with the set-user, set-group and sticky bits.
  public var mode: UInt32
  public var owner: UInt32
  public var group: UInt32
  public var modified: FileTime
  /// When the attributes changed last; never restored.
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

/// A time of the file system, whose range is wider than that of an `Instant`.
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

/// A named value that a file system keeps with a file: an access list, a capability.
public struct ExtendedAttribute: Hashable, Sendable {
  public var name: [UInt8]
  public var value: [UInt8]

  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }
}
