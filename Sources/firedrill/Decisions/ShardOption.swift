import ArgumentParser
import Decision
import Documents
import Glibc
import Rehearsals
import Reporting

/// `--shard K/N`: one part of a long computation, for a machine of its own.
struct ShardOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Do only part K of N, and write a shard instead of the reports; 'firedrill merge' joins all N.",
      valueName: "k/n"),
    transform: Shard.init(option:))
  var shard: Shard?

  /// Returns the name of a shard's file, which sorts by number.
  static func fileName(of scenario: String, _ command: String, _ shard: Shard) -> String {
    let digits = "\(shard.count)".count
    let number = String(repeating: "0", count: digits - "\(shard.number)".count) + "\(shard.number)"
    return "\(scenario)-\(command)-\(number)-of-\(shard.count).shard"
  }
}

extension Shard {
  fileprivate init(option text: String) throws {
    do {
      try self.init(parsing: text)
    } catch {
      throw ValidationError("\(error.problem); \(error.hint).")
    }
  }
}

extension ShardFile {
  /// Reads a shard's file; a shard has at most 4 GiB.
  init(path: String) throws(InputError) {
    guard let file = fopen(path, "r") else {
      throw InputError(
        Diagnostic(
          file: path, message: "the shard cannot be read: \(String(cString: strerror(errno)))",
          hint: "check the path, and that the shard has ended"))
    }
    defer { fclose(file) }
    var status = stat()
    guard fstat(fileno(file), &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= 4 << 30
    else {
      throw InputError(
        Diagnostic(file: path, message: "this is not a shard", hint: "give files that '--shard' wrote"))
    }
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
    try self.init(bytes, name: path)
  }
}
