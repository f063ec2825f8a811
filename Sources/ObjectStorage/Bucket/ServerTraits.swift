import Foundation
import Storage

/// The properties of a server and bucket that `init` has measured, recorded in the vault.
package struct ServerTraits: Codable, Hashable, Sendable {
  /// The way to let exactly one of several writers win.
  package enum Arbitration: String, Codable, Sendable {
    /// Conditional puts whose ETag stands in quotes, as the protocol says.
    case quotedConditions
    /// Conditional puts whose ETag stands without quotes, as radosgw 16 wants it.
    case bareConditions
    /// The order of the versions of a bucket that keeps all versions.
    case versionOrder
  }

  package var format = 1
  package var arbitration: Arbitration
  /// Whether the bucket has object lock.
  package var hasLocks: Bool

  /// The name of the record, which is no object's key and so is in no listing.
  static let name = ".store"

  var encoded: Bytes {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(self) else { preconditionFailure("traits are plain values") }
    return Bytes(Array(data))
  }

  package init(arbitration: Arbitration, hasLocks: Bool) {
    self.arbitration = arbitration
    self.hasLocks = hasLocks
  }

  /// Parses a record; `nil` when it is none of this format.
  init?(_ bytes: Bytes) {
    guard let traits = try? JSONDecoder().decode(Self.self, from: Data(bytes.slice)), traits.format == 1
    else { return nil }
    self = traits
  }
}
