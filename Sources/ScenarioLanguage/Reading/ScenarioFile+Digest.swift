import Backup
import Storage

extension ScenarioFile {
  /// The SHA-256 of all inputs, each preceded by its length in eight bytes, little-endian.
  ///
  /// Names do not count: a file that was moved is still the same scenario.
  public var digest: Digest {
    var framed: [UInt8] = []
    for input in inputs {
      let text = Array(input.text.utf8)
      framed += (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
      framed += text
    }
    return Digest(sha256: Bytes(framed))
  }
}
