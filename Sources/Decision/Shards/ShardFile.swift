import Backup
import Documents
import Rehearsals
import Storage
import Units

/// The results of one shard, with the identity of its computation.
///
/// The file is a line that names the format, the body by position, and the SHA-256 of both in 32 bytes.
public struct ShardFile: Sendable {
  /// The computation: shards with equal origins belong together.
  public struct Origin: Hashable, Codable, Sendable {
    /// The command: `run` or `risk`.
    public var command: String
    /// The arguments that change results, beginning with the scenario's path.
    public var arguments: [String]
    /// The changes of the scenario, as settings.
    public var settings: [String]
    /// The SHA-256 of the scenario and the files that it names.
    public var digest: String
    /// The SHA-256 of the program.
    public var program: String
    /// The SHA-256 of the stored report that results are drawn from; empty where there is none.
    public var source: String

    public init(
      command: String, arguments: [String], settings: [String], digest: String, program: String,
      source: String = ""
    ) {
      self.command = command
      self.arguments = arguments
      self.settings = settings
      self.digest = digest
      self.program = program
      self.source = source
    }
  }

  public var origin: Origin
  public var shard: Shard
  /// The results, encoded by position.
  public var payload: [UInt8]

  public init(origin: Origin, shard: Shard, payload: some Encodable) {
    self.origin = origin
    self.shard = shard
    self.payload = PositionalEncoder.bytes(of: payload)
  }

  private struct Head: Codable {
    var origin: Origin
    var shard: Shard
  }

  private static let format = Array("firedrill shard 1\n".utf8)
  private static let digestSize = 32

  /// The bytes of the file.
  public var bytes: [UInt8] {
    let head = PositionalEncoder.bytes(of: Head(origin: origin, shard: shard))
    let size = (0..<4).map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) }
    let body = Self.format + size + head + payload
    return body + Self.digest(of: body[...])
  }

  /// Reads a shard.
  ///
  /// - Parameter name: the file's path, for messages.
  public init(_ bytes: [UInt8], name: String) throws(InputError) {
    func failure(_ message: String, _ hint: String) -> InputError {
      InputError(Diagnostic(file: name, message: message, hint: hint))
    }
    guard bytes.starts(with: Self.format) else {
      throw failure("this is not a shard", "give files that firedrill wrote with '--shard'")
    }
    let end = bytes.count - Self.digestSize
    let start = Self.format.count + 4
    guard end >= start, Array(bytes[end...]) == Self.digest(of: bytes[..<end]) else {
      throw failure("the shard is damaged or not whole", "run this shard again")
    }
    let size = (0..<4).reduce(0) { $0 | Int(bytes[Self.format.count + $1]) << (8 * $1) }
    guard size <= end - start,
      let head = PositionalDecoder.value(Head.self, from: Array(bytes[start..<start + size]))
    else { throw failure("the shard is damaged or not whole", "run this shard again") }
    (origin, shard) = (head.origin, head.shard)
    payload = Array(bytes[(start + size)..<end])
  }

  /// Decodes the results; throws when they are of another build.
  public func results<Results: Decodable>(
    _ type: Results.Type, name: String
  ) throws(InputError) -> Results {
    guard let results = PositionalDecoder.value(type, from: payload) else {
      throw InputError(
        Diagnostic(
          file: name, message: "another build of firedrill wrote this shard",
          hint: "merge with the build that ran the shards"))
    }
    return results
  }

  private static func digest(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    Digest(sha256: Bytes(Array(bytes))).bytes
  }
}
