import Foundation
import Testing

/// A mount shows what the vault has, to every program, until a signal takes it off.
///
/// Without /dev/fuse, or without the right to mount, nothing can be tried.
@Suite(.serialized, .enabled(if: RunningMount.isPossible, "needs root and /dev/fuse"))
struct VaultMountTests {
  private func site() throws -> VaultFixture {
    let site = try VaultFixture()
    try site.write(noise(900_000, seed: 1), to: "docs/letter")
    try site.write(noise(2_000_000, seed: 2), to: "big")
    try site.write(Data(), to: "none")
    try site.write(Data("long".utf8), to: String(repeating: "n", count: 255))
    try FileManager.default.createDirectory(atPath: "\(site.source)/empty", withIntermediateDirectories: true)
    let source = site.source
    _ = link("\(source)/docs/letter", "\(source)/a-first-name")
    _ = link("\(source)/docs/letter", "\(source)/empty/third")
    _ = symlink("docs/letter", "\(source)/link")
    _ = symlink("/nowhere/\(String(repeating: "x", count: 300))", "\(source)/dangling")
    _ = mkfifo("\(source)/pipe", 0o640)
    _ = mknod("\(source)/null", S_IFCHR | 0o620, 0x103)
    let invalid: [CChar] = Array("\(source)/bad".utf8CString.dropLast()) + [-1, 10, 0]
    _ = mkdir(invalid, 0o700)
    let sparse = open("\(source)/sparse", O_CREAT | O_RDWR, 0o600)
    ftruncate(sparse, 4 << 20)
    _ = pwrite(sparse, Array(noise(8_192, seed: 3)), 8_192, 1 << 20)
    close(sparse)
    ExtendedAttributes.set("user.note", "some value", on: "\(source)/big")
    ExtendedAttributes.set("user.empty", "", on: "\(source)/docs")
    // Owner 6, user 1234 4, group 4, mask 4, others 0: an access list in the form that the kernel takes.
    let list: [UInt8] =
      [2, 0, 0, 0] + [1, 0, 6, 0, 255, 255, 255, 255] + [2, 0, 4, 0, 0xD2, 4, 0, 0]
      + [4, 0, 4, 0, 255, 255, 255, 255] + [16, 0, 4, 0, 255, 255, 255, 255] + [
        32, 0, 0, 0, 255, 255, 255, 255,
      ]
    ExtendedAttributes.set("system.posix_acl_access", bytes: list, on: "\(source)/docs/letter")
    chown("\(source)/big", 1_000, 1_001)
    chmod("\(source)/big", 0o4711)
    chmod("\(source)/empty", 0o1777)
    // ext4 keeps times from 1901 to 2446.
    for (name, seconds, nanoseconds) in [
      ("none", -2_147_000_000, 123_456_789), ("big", 10_413_792_000, 987_654_321),
      ("docs/letter", 2_219_000_000, 1), ("pipe", -1, 999_999_999), ("empty", -631_152_000, 0),
    ] {
      let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
      _ = utimensat(AT_FDCWD, "\(source)/\(name)", [time, time], 0)
    }
    return site
  }

  @Test func aMountShowsTheTreeOfTheSource() throws {
    let site = try site()
    for number in 0..<10_000 { try site.write(Data("\(number)".utf8), to: "many/\(number)") }
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site, "latest")
    #expect(try inventory(of: mount.path) == inventory(of: site.source))
    var (shown, kept) = (stat(), stat())
    for name in ["docs/letter", "a-first-name", "empty/third"] {
      #expect(lstat("\(mount.path)/\(name)", &shown) == 0 && shown.st_nlink == 3)
      if kept.st_ino == 0 { kept = shown }
      #expect(shown.st_ino == kept.st_ino, "names of one file have one inode")
    }
    _ = lstat("\(mount.path)/null", &shown)
    #expect(shown.st_rdev == 0x103)
    // 2 blocks of 4 KiB; the rest of the 4 MiB is a hole, as lseek tells.
    _ = lstat("\(mount.path)/sparse", &shown)
    #expect(shown.st_blocks == 16 && shown.st_size == 4 << 20)
    let sparse = open("\(mount.path)/sparse", O_RDONLY)
    defer { close(sparse) }
    #expect(lseek(sparse, 0, 3) == 1 << 20 && lseek(sparse, 1 << 20, 4) == 1 << 20 + 8_192)
    var sizes = statvfs()
    #expect(statvfs(mount.path, &sizes) == 0)
    #expect(sizes.f_bsize == 4_096 && sizes.f_bfree == 0 && sizes.f_files == 10_014 && sizes.f_namemax == 255)
    #expect(open("\(mount.path)/new", O_CREAT | O_WRONLY, 0o600) == -1 && errno == EROFS)
    #expect(try mount.end(SIGTERM) == 0)
  }

  @Test func allPointsAreShownBelowTheirSourceAndTheLatest() throws {
    let site = try VaultFixture()
    try site.write(Data("one".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    try site.write(Data("two".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site)
    let names = FileManager.default.enumerator(atPath: mount.path)?.allObjects as? [String] ?? []
    let files = names.filter { $0.hasSuffix("/file") }.sorted()
    #expect(
      try files.map { try String(contentsOfFile: "\(mount.path)/\($0)", encoding: .utf8) } == ["one", "two"])
    let latest = try #require(names.first { $0.hasSuffix("/latest") })
    #expect(try String(contentsOfFile: "\(mount.path)/\(latest)/file", encoding: .utf8) == "two")
    #expect(try mount.end(SIGTERM) == 0)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalTakesTheMountOff(signal: Int32) throws {
    let site = try VaultFixture()
    try site.write(Data("one".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site, "latest")
    // A file that is still open does not keep the mount.
    let file = open("\(mount.path)/file", O_RDONLY)
    defer { close(file) }
    #expect(mount.isMounted)
    #expect(try mount.end(signal) == 0)
    #expect(!mount.isMounted)
    #expect(try FileManager.default.contentsOfDirectory(atPath: mount.path).isEmpty)
  }

  @Test func anUnmountEndsTheCommand() throws {
    let site = try VaultFixture()
    try site.write(Data("one".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site, "latest")
    #expect(try Command(running: URL(filePath: "/bin/umount"), [mount.path]).status == 0)
    #expect(try mount.end(0) == 0)
  }

  @Test func aDamagedPackGivesErrorsForItsFilesAndNothingElse() throws {
    let site = try VaultFixture()
    try site.write(noise(400_000, seed: 1), to: "first")
    try site.expect(0, "backup", site.source)
    let old = Set(try site.packs())
    try site.write(noise(400_000, seed: 2), to: "second")
    try site.expect(0, "backup", site.source)
    let new = try #require(try site.packs().first { !old.contains($0) })
    var pack = try Data(contentsOf: URL(filePath: new))
    pack[200_000] ^= 1
    chmod(new, 0o600)
    try pack.write(to: URL(filePath: new))
    let mount = try RunningMount(site, "latest")
    let file = open("\(mount.path)/second", O_RDONLY)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 400_000)
    var count = 0
    var code: Int32 = 0
    let second = noise(400_000, seed: 2)
    for offset in stride(from: 0, to: 400_000, by: 4_096) where code == 0 {
      count = pread(file, &buffer, 4_096, off_t(offset))
      if count < 0 { code = errno }
      let expected = second.dropFirst(offset).prefix(4_096)
      #expect(count < 0 || Data(buffer.prefix(count)) == expected, "no wrong byte at \(offset)")
    }
    #expect(code == EIO)
    #expect(try Data(contentsOf: URL(filePath: "\(mount.path)/first")) == noise(400_000, seed: 1))
    #expect(try mount.end(SIGTERM) == 0)
    #expect(mount.errors.contains("/second: error: the vault has lost bytes of it"), "\(mount.errors)")
    #expect(!mount.errors.contains("first"), "\(mount.errors)")
  }

  @Test func otherUsersSeeWhatThePermissionsAllow() throws {
    let setpriv = URL(filePath: "/usr/bin/setpriv")
    guard FileManager.default.isExecutableFile(atPath: setpriv.path) else { return }
    let site = try VaultFixture()
    try site.write(Data("open".utf8), to: "open")
    try site.write(Data("closed".utf8), to: "closed")
    chmod("\(site.source)/closed", 0o600)
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site, "latest")
    var above = mount.path
    while above.count > 1, above != "/tmp" {
      chmod(above, 0o755)
      above = (above as NSString).deletingLastPathComponent
    }
    func asNobody(_ words: String...) throws -> Command {
      try Command(
        running: setpriv, ["--reuid", "65534", "--regid", "65534", "--clear-groups"] + words)
    }
    #expect(try asNobody("/usr/bin/stat", "\(mount.path)/closed").status == 0)
    #expect(try asNobody("/bin/cat", "\(mount.path)/open").output == "open")
    #expect(try asNobody("/bin/cat", "\(mount.path)/closed").status != 0)
    #expect(try mount.end(SIGTERM) == 0)
  }

  @Test func readersInParallelGetTheBytesOfTheSource() throws {
    let site = try site()
    try site.expect(0, "backup", site.source)
    let mount = try RunningMount(site, "latest")
    let expected = noise(2_000_000, seed: 2)
    let (path, wrong) = ("\(mount.path)/big", ErrorCount())
    DispatchQueue.concurrentPerform(iterations: 6) { reader in
      let file = open(path, O_RDONLY)
      defer { close(file) }
      var buffer = [UInt8](repeating: 0, count: 50_000)
      for step in 0..<40 {
        let offset = (reader * 7_919_111 + step * 104_729) % 1_950_000
        let count = pread(file, &buffer, buffer.count, off_t(offset))
        if count != buffer.count || Data(buffer) != expected[offset..<(offset + count)] { wrong.add() }
      }
    }
    #expect(wrong.value == 0)
    #expect(try mount.end(SIGTERM) == 0)
  }

  @Test func aMountThatCannotBeSaysWhatIsMissing() throws {
    let site = try VaultFixture()
    try site.write(Data("one".utf8), to: "file")
    try site.expect(0, "backup", site.source)
    #expect(try site.expect(2, "mount", "latest", "\(site.scratch.path)/none").errors.contains("mkdir"))
    #expect(try site.expect(2, "mount", "nopoint", site.source).errors.contains("no such point"))
    #expect(try site.expect(2, "mount").errors.contains("a directory, or a point and a directory"))
  }
}
