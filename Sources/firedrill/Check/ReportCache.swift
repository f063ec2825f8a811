import Assessment
import Backup
import Documents
import Glibc
import ScenarioLanguage
import Storage

/// A cache of finished rehearsals, keyed by the scenario, its files and the program.
///
/// A cache that cannot be read or written is no error, because everything can be rehearsed again.
struct ReportCache {
  private let folder: String

  /// - Parameter folder: `nil` stands for the user's own cache folder.
  init?(folder: String?) {
    if let folder {
      self.folder = folder
      return
    }
    if let cache = getenv("XDG_CACHE_HOME"), cache.pointee != 0 {
      self.folder = String(cString: cache) + "/firedrill"
    } else if let home = getenv("HOME"), home.pointee != 0 {
      self.folder = String(cString: home) + "/.cache/firedrill"
    } else {
      return nil
    }
  }

  /// Returns a key that is equal only for equal reports.
  static func key(of file: ScenarioFile, strategies: [String]) throws(InputError) -> String {
    let names = strategies.joined(separator: " ")
    var bytes = Array("\(file.digest) \(file.scenario.name) \(ReportDocument.format) \(names) ".utf8)
    bytes += programDigest
    return "\(Digest(sha256: Bytes(bytes)))"
  }

  /// The digest of the running program. Another build may give other results, whatever its version.
  private static let programDigest: [UInt8] = {
    guard let file = fopen("/proc/self/exe", "r") else { return [] }
    defer { fclose(file) }
    var status = stat()
    guard fstat(fileno(file), &status) == 0 else { return [] }
    let program = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
    return Array("\(Digest(sha256: Bytes(program)))".utf8)
  }()

  /// The digest of the running program in hexadecimal.
  static var programName: String { String(decoding: programDigest, as: UTF8.self) }

  func text(for key: String) -> String? {
    (try? SourceFile.read(path(key), limit: 256 << 20))?.text
  }

  func keep(_ text: String, for key: String) {
    guard (try? ReportFolder(folder, for: ["\(key).json"])) != nil else { return }
    try? OutputFile(path(key)).write(text)
  }

  private func path(_ key: String) -> String { "\(folder)/\(key).json" }
}
