import Documents

/// All shards of one computation.
public struct ShardSet: Sendable {
  public let origin: ShardFile.Origin
  /// The shards, in the order of their numbers.
  public let shards: [(name: String, file: ShardFile)]

  /// Reads the shards in any order.
  ///
  /// - Throws: every shard that is missing, doubled, or of another computation, by name.
  public init(_ files: [(name: String, file: ShardFile)]) throws(InputError) {
    guard let first = files.first else {
      throw InputError(
        Diagnostic(file: "merge", message: "there is no shard to merge", hint: "give the shards' files"))
    }
    origin = first.file.origin
    shards = files.sorted { $0.file.shard.number < $1.file.shard.number }
    let diagnostics = Self.foreign(files) + Self.doubled(shards) + Self.missing(shards)
    guard diagnostics.isEmpty else { throw InputError(diagnostics) }
  }

  /// Returns an error for each shard that differs from the first one.
  private static func foreign(_ files: [(name: String, file: ShardFile)]) -> [Diagnostic] {
    let first = files[0]
    return files.dropFirst().compactMap { name, file in
      file.difference(from: first.file).map { difference in
        Diagnostic(
          file: name, message: "\(difference) differs from that of \(first.name)",
          hint: "merge only shards of one command")
      }
    }
  }

  private static func doubled(_ shards: [(name: String, file: ShardFile)]) -> [Diagnostic] {
    zip(shards, shards.dropFirst()).filter { $0.file.shard.number == $1.file.shard.number }.map {
      Diagnostic(
        file: $1.name, message: "shard \($1.file.shard) is given twice",
        hint: "the other one is \($0.name); leave one of them out")
    }
  }

  private static func missing(_ shards: [(name: String, file: ShardFile)]) -> [Diagnostic] {
    let count = shards[0].file.shard.count
    let present = shards.map(\.file.shard.number)
    let missing = (1...count).filter { !present.contains($0) }
    guard !missing.isEmpty, shards.allSatisfy({ $0.file.shard.count == count }) else { return [] }
    let names = missing.prefix(20).map { "\($0)/\(count)" }.joined(separator: ", ")
    let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
    return [
      Diagnostic(
        file: shards[0].name,
        message:
          "\(missing.count == 1 ? "shard" : "shards") \(names)\(more) \(missing.count == 1 ? "is" : "are") missing",
        hint: "run \(missing.count == 1 ? "it" : "them") with '--shard', then merge all \(count)")
    ]
  }
}

extension ShardFile {
  /// Returns the first difference from another shard; `nil` when they belong together.
  fileprivate func difference(from other: ShardFile) -> String? {
    if shard.count != other.shard.count { return "the number of shards" }
    if origin.command != other.origin.command { return "the command" }
    if origin.digest != other.origin.digest { return "the scenario" }
    if origin.arguments != other.origin.arguments || origin.settings != other.origin.settings {
      return "an argument"
    }
    if origin.program != other.origin.program { return "the build of firedrill" }
    return origin.source == other.origin.source ? nil : "the report of '--from'"
  }
}
