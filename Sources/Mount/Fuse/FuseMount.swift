import CFuse
import Glibc
import Posix
import Synchronization

/// A tree mounted on a directory. Several threads answer the kernel's requests until the mount is taken off.
package final class FuseMount {
  /// The threads that answer requests. Their reads wait for the vault's disk.
  private static let threads = 8
  /// The time after which a thread without requests looks whether it should stop, in milliseconds.
  private static let pause: Int32 = 200

  private let session: OpaquePointer
  private let tree: VaultTree

  /// Mounts a tree. As root other users see the mount, with the permissions of the files.
  package init(_ tree: VaultTree, on directory: FilePath) throws(VaultProblem) {
    let place = directory.description
    guard let target = directory.resolved, target.isDirectory else {
      throw VaultProblem(place, "there is no such directory", hint: "make it: mkdir \(place)")
    }
    guard access("/dev/fuse", R_OK | W_OK) == 0 else {
      throw VaultProblem(
        "/dev/fuse", "this machine offers no mounts through FUSE: \(String(cString: strerror(errno)))",
        hint:
          "load the module with 'modprobe fuse'; a container needs '--device /dev/fuse --cap-add SYS_ADMIN'")
    }
    self.tree = tree
    var options = "ro,nosuid,nodev,default_permissions,fsname=firedrill,subtype=vault"
    if geteuid() == 0 { options += ",allow_other" }
    guard let session = Self.session(options, Unmanaged.passUnretained(tree).toOpaque()) else {
      throw VaultProblem(place, "libfuse does not start a session")
    }
    self.session = session
    let result = target.withCString { fuse_session_mount(session, $0) }
    guard result == 0 else {
      fuse_session_destroy(session)
      throw VaultProblem(
        place, "the directory cannot be mounted on",
        hint: "run it as root, or install 'fuse3', with which others may mount on their own directories")
    }
  }

  private static func session(_ options: String, _ tree: UnsafeMutableRawPointer) -> OpaquePointer? {
    var words: [UnsafeMutablePointer<CChar>?] = ["firedrill", "-o", options].map { (word: String) in
      strdup(word)
    }
    defer { for word in words { free(word) } }
    var operations = FuseReplies.operations
    return words.withUnsafeMutableBufferPointer { words in
      var arguments = fuse_args(argc: Int32(words.count), argv: words.baseAddress, allocated: 0)
      defer { fuse_opt_free_args(&arguments) }
      return fuse_session_new(&arguments, &operations, MemoryLayout<fuse_lowlevel_ops>.size, tree)
    }
  }

  /// Answers requests until the directory is unmounted, or `isStopped` returns true and the mount is taken
  /// off.
  package func serve(until isStopped: @escaping @Sendable () -> Bool) {
    let loop = RequestLoop(session: session, isStopped: isStopped)
    let pool = WorkerPool(threads: Self.threads)
    for _ in 0..<Self.threads { pool.submit { loop.run() } }
    pool.close()
    // The directory is free at once. Files that are still open end with this process.
    fuse_session_unmount(session)
    fuse_session_destroy(session)
    withExtendedLifetime(tree) {}
  }

  /// The work of a thread. One thread at a time waits for a request, which it answers while the next one waits.
  private final class RequestLoop: @unchecked Sendable {
    private let session: OpaquePointer
    private let isStopped: @Sendable () -> Bool
    private let turn = Mutex(())

    init(session: OpaquePointer, isStopped: @escaping @Sendable () -> Bool) {
      self.session = session
      self.isStopped = isStopped
    }

    func run() {
      var buffer = fuse_buf()
      defer { free(buffer.mem) }
      while true {
        let count = turn.withLock { _ in receive(&buffer) }
        if count == -EINTR || count == -EAGAIN { continue }
        guard count > 0 else { break }
        fuse_session_process_buf(session, &buffer)
      }
      fuse_session_exit(session)
    }

    /// Waits for a request; returns its length, or 0 at the end.
    private func receive(_ buffer: inout fuse_buf) -> Int32 {
      while fuse_session_exited(session) == 0, !isStopped() {
        var ready = pollfd(fd: fuse_session_fd(session), events: Int16(POLLIN), revents: 0)
        let count = poll(&ready, 1, FuseMount.pause)
        if count > 0 { return fuse_session_receive_buf(session, &buffer) }
        if count < 0, errno != EINTR { return -errno }
      }
      return 0
    }
  }
}

extension FilePath {
  fileprivate var isDirectory: Bool {
    var status = Glibc.stat()
    return withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
