import Crypto
import Foundation
import Storage
import Units

/// The keys with which requests are signed.
public struct BucketCredentials: Hashable, Sendable {
  let accessKey: String
  let secretKey: String
  /// The token of temporary keys.
  let sessionToken: String?

  public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.sessionToken = sessionToken
  }
}

/// Signs requests by AWS Signature Version 4.
///
/// Source: Amazon S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
package struct RequestSigner: Sendable {
  private let credentials: BucketCredentials
  private let region: String

  package init(_ credentials: BucketCredentials, region: String) {
    self.credentials = credentials
    self.region = region
  }

  /// Returns all headers to send, with the one that holds the signature last.
  ///
  /// - Parameters:
  ///   - path: The path, not encoded.
  ///   - query: The parameters, not encoded.
  ///   - headers: Headers besides `host` and those of the signature. All of them are signed.
  package func headers(
    _ method: String, host: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)], body: Bytes?, at instant: Instant
  ) -> [(name: String, value: String)] {
    let stamp = Self.stamp(instant)
    let payload = Self.hexadecimal(SHA256.hash(data: body?.slice ?? []))
    var all = headers
    all.append(("x-amz-content-sha256", payload))
    all.append(("x-amz-date", stamp))
    if let token = credentials.sessionToken { all.append(("x-amz-security-token", token)) }
    let signed = (all + [("host", host)]).map { (name: $0.0.lowercased(), value: $0.1) }
      .sorted { $0.name < $1.name }
    let names = signed.map(\.name).joined(separator: ";")
    let canonical = [
      method, Self.encoded(path, keepsSlashes: true), Self.queryText(query),
      signed.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
    ].joined(separator: "\n")
    let day = String(stamp.prefix(8))
    let scope = "\(day)/\(region)/s3/aws4_request"
    let text = [
      "AWS4-HMAC-SHA256", stamp, scope, Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8))),
    ].joined(separator: "\n")
    var key = Array("AWS4\(credentials.secretKey)".utf8)
    for part in [day, region, "s3", "aws4_request"] { key = Self.code(part, key) }
    let signature = Self.hexadecimal(Self.code(text, key))
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope),SignedHeaders=\(names),"
      + "Signature=\(signature)"
    return all + [("Authorization", authorization)]
  }

  /// Returns the parameters as they stand in a URL, ascending by name.
  package static func queryText(_ query: [(name: String, value: String)]) -> String {
    query.map { (encoded($0.name, keepsSlashes: false), encoded($0.value, keepsSlashes: false)) }
      .sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Returns a text with every byte but the unreserved ones of RFC 3986 percent-encoded.
  package static func encoded(_ text: String, keepsSlashes: Bool) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "/") where keepsSlashes: result += "/"
      default: result += "%" + hexadecimal([byte]).uppercased()
      }
    }
    return result
  }

  private static func code(_ text: String, _ key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Returns an instant as in `20130524T000000Z`.
  private static func stamp(_ instant: Instant) -> String {
    let time = CivilTime(instant)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(time.year)\(two(time.month))\(two(time.day))T"
      + "\(two(time.hour))\(two(time.minute))\(two(time.second))Z"
  }
}
