import Glibc
import Storage
import Synchronization

/// Makes folders of a store and changes in them durable. Requests during a write share the next write.
final class FolderSynchroniser: Sendable {
  private let root: Descriptor
  private let folders = Mutex<[FilePath: SharedSync]>([:])

  init(_ root: Descriptor) { self.root = root }

  func make(for key: ObjectKey) throws(SystemError) { try make(forPath: FilePath(key.name)) }

  /// Creates the folders above a path durably.
  func make(forPath path: FilePath) throws(SystemError) {
    let folder = path.folder
    if folders.withLock({ $0[folder] != nil }) { return }
    if folder != FilePath("."), mkdir(folder) != 0 {
      if errno == ENOENT {
        try make(forPath: folder)
        if mkdir(folder) != 0, errno != EEXIST { throw SystemError("\(folder)") }
      } else if errno != EEXIST {
        throw SystemError("\(folder)")
      }
    }
    try synchronise(path: folder)
    let shared = SharedSync(try Descriptor.open(folder, at: root.number, O_RDONLY | O_DIRECTORY))
    folders.withLock { if $0[folder] == nil { $0[folder] = shared } }
  }

  private func mkdir(_ folder: FilePath) -> Int32 { folder.withCString { mkdirat(root.number, $0, 0o777) } }

  func synchronise(_ key: ObjectKey) throws(SystemError) { try synchronise(path: FilePath(key.name)) }

  /// Makes names in a path's folder durable.
  func synchronise(path: FilePath) throws(SystemError) {
    if let shared = folders.withLock({ $0[path.folder] }) { return try shared.synchronise() }
    let folder = try Descriptor.open(path.folder, at: root.number, O_RDONLY | O_DIRECTORY)
    guard fsync(folder.number) == 0 else { throw SystemError("\(path.folder)") }
  }
}

/// One `fsync` for all requests made while the previous one runs.
private final class SharedSync: Sendable {
  private struct State {
    /// The number of writes begun so far.
    var begun = 0
    var finished = 0
    var isRunning = false
    var failed: Int32?
  }

  private let file: Descriptor
  private let state = Monitor(State())

  init(_ file: Descriptor) { self.file = file }

  func synchronise() throws(SystemError) {
    // A write that has begun already may miss what was just changed.
    let wanted = state.withLock { $0.begun + 1 }
    while true {
      let mayRun = state.wait { state -> Bool? in
        if state.finished >= wanted { return false }
        if state.isRunning { return nil }
        state.isRunning = true
        state.begun += 1
        return true
      }
      guard mayRun else { break }
      let code = fsync(file.number) == 0 ? nil : errno
      state.change { state in
        state.isRunning = false
        state.finished = state.begun
        if let code { state.failed = code }
      }
    }
    if let code = state.withLock({ $0.failed }) { throw SystemError("a folder of the vault", code: code) }
  }
}
