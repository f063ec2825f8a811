import Foundation

/// The place of a vault in an S3-compatible store: `s3://bucket/prefix` at an endpoint.
public struct BucketAddress: Hashable, Sendable, CustomStringConvertible {
  package let bucket: String
  /// The path above the objects, without slashes at its ends; may be empty.
  package private(set) var prefix: String
  package let region: String
  private let scheme: String
  /// The host of requests, with the port unless it is the usual one.
  package let host: String
  /// Whether the bucket is the first part of the path rather than of the host.
  private let hasBucketInPath: Bool

  /// Whether a text has the form of a bucket's address.
  public static func isAddress(_ text: String) -> Bool { text.hasPrefix("s3://") }

  /// Parses an address.
  ///
  /// - Parameters:
  ///   - endpoint: The URL of the server; without it Amazon S3 in the region.
  public init(_ text: String, endpoint: String?, region: String?) throws(BucketProblem) {
    guard Self.isAddress(text) else {
      throw BucketProblem(.invalid, text, "this is no address of a bucket", hint: "write s3://bucket/prefix")
    }
    let parts = text.dropFirst("s3://".count).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    bucket = String(parts[0])
    guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isOfBucket) else {
      throw BucketProblem(
        .invalid, text, "'\(bucket)' is no bucket's name",
        hint: "write 3 to 63 lower-case letters, digits, dots and hyphens")
    }
    let segments = (parts.count > 1 ? parts[1] : "").split(separator: "/", omittingEmptySubsequences: true)
    prefix = segments.joined(separator: "/")
    guard prefix.utf8.allSatisfy(Self.isOfPrefix), !segments.contains("."), !segments.contains(".."),
      prefix.utf8.count <= 512
    else {
      throw BucketProblem(
        .invalid, text, "'\(prefix)' cannot be a prefix",
        hint: "write at most 512 letters, digits, dots, hyphens, underscores and slashes")
    }
    self.region = region ?? "us-east-1"
    guard let endpoint else {
      scheme = "https"
      // A certificate for all buckets covers no name with a dot.
      hasBucketInPath = bucket.contains(".")
      let server = "s3.\(self.region).amazonaws.com"
      host = hasBucketInPath ? server : "\(bucket).\(server)"
      return
    }
    hasBucketInPath = true
    (scheme, host) = try Self.parts(of: endpoint)
  }

  private static func parts(of endpoint: String) throws(BucketProblem) -> (scheme: String, host: String) {
    guard let url = URLComponents(string: endpoint), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let name = url.host, !name.isEmpty, ["", "/"].contains(url.path),
      url.query == nil, url.user == nil
    else {
      throw BucketProblem(
        .invalid, endpoint, "this is no endpoint", hint: "write for example https://s3.example.org")
    }
    guard scheme == "https" || isLocal(name) else {
      throw BucketProblem(
        .invalid, endpoint, "http would send requests unencrypted",
        hint: "use https; http is for this machine alone, such as http://127.0.0.1:9000")
    }
    let usual = scheme == "https" ? 443 : 80
    return (scheme, name + (url.port.map { $0 == usual ? "" : ":\($0)" } ?? ""))
  }

  private static func isLocal(_ host: String) -> Bool {
    let name = host.filter { $0 != "[" && $0 != "]" }
    return name == "localhost" || name == "::1" || name.hasPrefix("127.") && !name.contains { $0.isLetter }
  }

  /// Whether requests need not leave this machine in clear.
  package var isOnLoopback: Bool { scheme == "http" }

  private static func isOfBucket(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isOfPrefix(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "/"): true
    default: isOfBucket(byte)
    }
  }

  public var description: String { "s3://\(bucket)" + (prefix.isEmpty ? "" : "/\(prefix)") }

  /// The server and the address, which together tell this vault from every other.
  public var identity: String { "\(scheme)://\(host)/\(bucket)/\(prefix)" }

  /// Returns the name in the bucket of a name in the vault.
  func fullName(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix)/\(name)" }

  /// Returns the address of a folder in the vault.
  func below(_ folder: String) -> BucketAddress {
    var address = self
    address.prefix = fullName(folder)
    return address
  }

  /// Returns the path of a name in the bucket, or of the bucket.
  func path(_ fullName: String) -> String { (hasBucketInPath ? "/\(bucket)" : "") + "/\(fullName)" }

  func url(_ path: String, _ query: [(name: String, value: String)]) -> String {
    let text = RequestSigner.queryText(query)
    return "\(scheme)://\(host)" + RequestSigner.encoded(path, keepsSlashes: true)
      + (text.isEmpty ? "" : "?\(text)")
  }
}
