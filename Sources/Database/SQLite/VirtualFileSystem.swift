import CSQLite
import Glibc
import Synchronization
import Units

/// A deterministic machine for SQLite: files in memory (`HostFiles`), a constant clock and seeded random
/// numbers.
///
/// The file system is registered once as SQLite's default. SQLite seeds its only generator with the default's
/// `xRandomness`, and the salts of every write-ahead log come from it. The name of a database is the address
/// of its `HostFiles`, so no registry of open files is needed. `Connection` keeps them alive.
enum VirtualFileSystem {
  static let name = "firedrill"

  /// Registers the file system at the first call.
  static func register() { precondition(isRegistered, "SQLite refuses a file system") }

  /// The lock for writing and opening, because newer versions of SQLite draw random numbers when they open a
  /// file.
  private static let gate = Mutex<Void>(())
  private static let chance = Mutex(RandomStream(seed: 0, stream: "SQLite"))

  /// Runs a body that may use SQLite's random numbers, which restart with `stream`.
  static func drawing<R: Sendable, E>(from stream: RandomStream, _ body: () throws(E) -> R) throws(E) -> R {
    try gate.withLock { (_) throws(E) -> R in
      chance.withLock { $0 = stream }
      sqlite3_randomness(0, nil)
      return try body()
    }
  }

  private static let isRegistered: Bool = {
    let system = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    system.initialize(to: sqlite3_vfs())
    system.pointee.iVersion = 2
    system.pointee.szOsFile = Int32(MemoryLayout<firedrill_file>.size)
    system.pointee.mxPathname = 64
    system.pointee.zName = UnsafePointer(strdup(name))
    system.pointee.xOpen = open
    system.pointee.xDelete = { _, _, _ in SQLITE_OK }
    system.pointee.xAccess = exists
    system.pointee.xFullPathname = { _, name, room, path in
      guard let name, let path, strlen(name) < Int(room) else { return SQLITE_CANTOPEN }
      strcpy(path, name)
      return SQLITE_OK
    }
    system.pointee.xRandomness = { _, count, target in
      guard let target else { return 0 }
      chance.withLock { stream in
        for place in 0..<Int(count) { target[place] = CChar(truncatingIfNeeded: stream.next()) }
      }
      return count
    }
    system.pointee.xSleep = { _, microseconds in microseconds }
    system.pointee.xCurrentTime = { _, time in
      time?.pointee = 2_440_587.5
      return SQLITE_OK
    }
    system.pointee.xCurrentTimeInt64 = { _, time in
      time?.pointee = epoch
      return SQLITE_OK
    }
    system.pointee.xGetLastError = { _, _, _ in 0 }
    return sqlite3_vfs_register(system, 1) == SQLITE_OK
  }()

  /// The epoch 1970-01-01T00:00:00Z in milliseconds of the Julian day number.
  private static let epoch: Int64 = 210_866_760_000_000

  private static func host(named name: UnsafePointer<CChar>?) -> HostFiles? {
    guard let name, let address = UnsafeRawPointer(bitPattern: strtoul(name, nil, 16)) else { return nil }
    return Unmanaged<HostFiles>.fromOpaque(address).takeUnretainedValue()
  }

  /// Opens the data file or the write-ahead log, which are the only files of the machine.
  private static let open:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, UnsafeMutablePointer<sqlite3_file>?, Int32,
      UnsafeMutablePointer<Int32>?
    ) -> Int32 = { _, name, file, flags, outFlags in
      file?.pointee.pMethods = nil
      let isData = flags & SQLITE_OPEN_MAIN_DB != 0
      guard let file, let host = host(named: name), isData || flags & SQLITE_OPEN_WAL != 0 else {
        return SQLITE_CANTOPEN
      }
      let opened = UnsafeMutableRawPointer(file).assumingMemoryBound(to: firedrill_file.self)
      opened.pointee.host = Unmanaged.passUnretained(host).toOpaque()
      opened.pointee.role = Int32((isData ? DatabaseFile.data : .log).rawValue)
      opened.pointee.base.pMethods = OpenFile.methods
      outFlags?.pointee = flags
      return SQLITE_OK
    }

  /// Returns whether a file exists: after its first write, and never for a rollback journal.
  private static let exists:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Int32>?
    ) -> Int32 = { _, name, _, result in
      guard let name, let host = host(named: name) else { return SQLITE_CANTOPEN }
      let file: DatabaseFile? =
        strchr(name, Int32(UInt8(ascii: "-"))) == nil ? .data : strstr(name, "-wal") == nil ? nil : .log
      result?.pointee = file.map { host.size(of: $0) > 0 ? 1 : 0 } ?? 0
      return SQLITE_OK
    }
}
