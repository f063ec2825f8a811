import Backup
import Foundation
import Posix
import Retention
import Synchronization

/// A temporary directory with a source tree and a vault.
final class TreeSite {
  let path: String
  let session: VaultSession
  var source: String { "\(path)/source" }

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "firedrill-\(UUID().uuidString)")
    path = url.path
    try FileManager.default.createDirectory(
      at: url.appending(path: "source"), withIntermediateDirectories: true)
    let vault = FilePath("\(path)/vault")
    let passphrase = Array("a passphrase".utf8)
    try Vault.create(vault, passphrase: passphrase, scryptRounds: 1_024)
    session = VaultSession(try Vault(vault, passphrase: passphrase), cores: 1, depth: 2)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: Data, to name: String) throws {
    let file = URL(filePath: "\(source)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
  }

  func backUp() throws -> RecoveryPoint {
    try session.backup(BackupRequest(source: FilePath(source))).point
  }

  /// Returns bytes that do not compress and differ for every seed.
  func noise(_ count: Int, seed: UInt64) -> Data {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return Data(
      (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
      })
  }

  /// The paths of the vault's packs, ascending.
  func packs() throws -> [String] {
    let names = FileManager.default.enumerator(atPath: "\(path)/vault/packs")?.allObjects as? [String] ?? []
    return names.map { "\(path)/vault/packs/\($0)" }.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
    }.sorted()
  }

  func flipByte(at offset: Int, of file: String) throws {
    chmod(file, 0o600)
    let handle = try FileHandle(forUpdating: URL(filePath: file))
    defer { try? handle.close() }
    try handle.seek(toOffset: UInt64(offset))
    let byte = try handle.read(upToCount: 1)?.first ?? 0
    try handle.seek(toOffset: UInt64(offset))
    try handle.write(contentsOf: Data([byte ^ 1]))
  }
}

/// Texts that several threads collect.
final class Messages: Sendable {
  private let texts = Mutex<[String]>([])
  var all: [String] { texts.withLock { $0 } }
  func add(_ text: String) { texts.withLock { $0.append(text) } }
}

enum RetentionPolicyOfOne {
  static func policy() throws -> RetentionPolicy { try RetentionPolicy([.newest(1)]) }
}
