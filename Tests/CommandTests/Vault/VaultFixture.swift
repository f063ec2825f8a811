import Foundation
import Testing

/// Whether campaigns run at full size.
let isFullCampaign = ProcessInfo.processInfo.environment["FIREDRILL_CAMPAIGN"] == "full"

/// A scratch folder with a vault, driven by the built executable.
final class VaultFixture {
  let scratch: ScratchFolder
  let vault: String
  let source: String
  private var targets = 0

  init() throws {
    scratch = try ScratchFolder()
    vault = "\(scratch.path)/vault"
    source = "\(scratch.path)/source"
    try scratch.write("a passphrase\nnot this\n", to: "passphrase")
    try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
    try expect(0, "init", "--scrypt-rounds", "1024")
  }

  /// The arguments of a command on the vault.
  func arguments(_ verb: String, _ rest: [String], passphrase: String = "passphrase") -> [String] {
    ["vault", verb, vault] + rest + ["--passphrase-file", "\(scratch.path)/\(passphrase)"]
  }

  /// Runs a command on the vault.
  func run(_ verb: String, _ rest: String...) throws -> Command {
    try Command(running: Command.executable, arguments(verb, rest))
  }

  /// Runs a command on the vault that must end with this code.
  @discardableResult
  func expect(_ code: Int32, _ verb: String, _ rest: String..., at place: SourceLocation = #_sourceLocation)
    throws -> Command
  {
    let command = try Command(running: Command.executable, arguments(verb, rest))
    #expect(command.status == code, "\(verb) \(rest): \(command.errors)", sourceLocation: place)
    return command
  }

  /// Runs a command on the vault that must succeed and print one JSON object.
  func json(_ verb: String, _ rest: String..., at place: SourceLocation = #_sourceLocation) throws -> [String:
    Any]
  {
    let command = try Command(running: Command.executable, arguments(verb, rest + ["--json"]))
    #expect(
      command.status == 0 && command.errors.isEmpty, "\(verb): \(command.errors)", sourceLocation: place)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any],
      sourceLocation: place)
  }

  /// The short name of the newest point.
  func latest() throws -> String {
    let lines = try expect(0, "points").output.split(separator: "\n")
    return String(try #require(lines.last).prefix(8))
  }

  /// Restores into a new folder and returns it.
  func restore(_ point: String = "latest") throws -> String {
    targets += 1
    let target = "\(scratch.path)/target-\(targets)"
    try expect(0, "restore", point, target)
    return target
  }

  /// The paths of the vault's packs, ascending.
  func packs() throws -> [String] {
    let folder = "\(vault)/packs"
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return names.map { "\(folder)/\($0)" }.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  func write(_ bytes: Data, to name: String) throws {
    let file = URL(filePath: "\(source)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }
}

/// Bytes that do not compress and differ for every seed.
func noise(_ count: Int, seed: UInt64) -> Data {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  var data = Data(count: count)
  data.withUnsafeMutableBytes { raw in
    for index in raw.indices {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      raw[index] = UInt8(truncatingIfNeeded: state >> 24)
    }
  }
  return data
}

/// Everything that must come back of a tree, one line a name: type, mode, owner, time, links, attributes, target, contents.
func inventory(of root: String) throws -> [String] {
  var lines: [String] = []
  var inodes: [UInt64: String] = [:]
  func visit(bytes: [CChar], name: String) throws {
    var status = stat()
    let path = bytes + [0]
    let found = lstat(path, &status)
    try #require(found == 0)
    var line = "\(name) \(String(status.st_mode, radix: 8)) \(status.st_uid):\(status.st_gid)"
    line +=
      " \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) links \(status.st_mode & S_IFMT == S_IFDIR ? 0 : status.st_nlink)"
    for attribute in ExtendedAttributes.all(of: path) { line += " \(attribute)" }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      lines.append(line)
      let stream = try #require(opendir(path))
      defer { closedir(stream) }
      var names: [[CChar]] = []
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
            Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
          }
        }
        if name != [46], name != [46, 46] { names.append(name) }
      }
      for child in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        try visit(bytes: bytes + [47] + child, name: "\(name)/\(child)")
      }
      return
    case S_IFLNK:
      var target = [CChar](repeating: 0, count: 4_096)
      let count = readlink(path, &target, target.count)
      line += " -> \(target.prefix(count))"
    case S_IFREG:
      if status.st_nlink > 1 {
        line += " same as \(inodes[UInt64(status.st_ino)] ?? "nothing before")"
        inodes[UInt64(status.st_ino)] = inodes[UInt64(status.st_ino)] ?? name
      }
      let file = open(path, O_RDONLY)
      try #require(file >= 0)
      defer { close(file) }
      var hash: UInt64 = 14_695_981_039_346_656_037
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let got = read(file, &buffer, buffer.count)
        if got <= 0 { break }
        for byte in buffer[..<got] { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
      }
      line += " \(status.st_size) bytes \(hash)"
    default: break
    }
    lines.append(line)
  }
  try visit(bytes: Array(root.utf8CString.dropLast()), name: "")
  return lines
}
