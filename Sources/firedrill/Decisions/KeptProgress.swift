import Decision
import Documents
import Glibc
import Rehearsals

/// The file in which a long command keeps its progress until it ends.
struct KeptProgress {
  private let path: String
  private let origin: ShardFile.Origin

  /// - Parameter path: beside the reports.
  init(_ path: String, origin: ShardFile.Origin) {
    self.path = path
    self.origin = origin
  }

  /// Returns the results kept by an interrupted run of the same command; `nil` where there are none.
  func results<Results: Decodable>(_ type: Results.Type) throws(InputError) -> Results? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = try ShardFile(path: path)
    guard file.origin == origin else {
      throw InputError(
        Diagnostic(
          file: path, message: "another scenario, other options or another build made what was kept here",
          hint: "leave out '--resume' to begin anew"))
    }
    return try file.results(type, name: path)
  }

  func keep(_ results: some Encodable) throws(InputError) {
    try OutputFile(path).write(ShardFile(origin: origin, shard: Shard(1, of: 1), payload: results).bytes)
  }

  func remove() { unlink(path) }
}
