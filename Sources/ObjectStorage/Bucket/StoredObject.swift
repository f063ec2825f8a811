import Backup
import Foundation
import Storage
import Units

/// An object, or a part of it, as a server has sent it.
struct StoredObject: Sendable {
  /// The part of an object to read.
  enum Part {
    case whole
    /// The last 40 bytes.
    case trailer
    case bytes(Range<Int>)

    /// The value of the header `range`.
    var header: String? {
      switch self {
      case .whole: nil
      case .trailer: "bytes=-\(ObjectTrailer.size)"
      case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
      }
    }
  }

  /// The contents of an object that stands for a deleted one. No object with a trailer has its size.
  static let tombstone = Bytes(utf8: "deleted\n")
  static let tombstoneSize = tombstone.count
  /// The header with the version that a put replaces, in a bucket that keeps versions; 0 for none.
  static let replaces = "x-amz-meta-replaces"

  let bytes: Bytes
  /// The size in the bucket, with the trailer.
  let total: Int
  let etag: String
  let versionID: String?
  let replaced: UInt64?
  private let retention: Instant?

  init(_ response: WireResponse, _ part: Part) {
    let range = response.headers["content-range"]
    total = range.flatMap { $0.split(separator: "/").last }.flatMap { Int($0) } ?? response.body.count
    // A server may send the whole object all the same.
    bytes = range == nil ? Self.cut(response.body, part) : response.body
    etag = response.headers["etag"] ?? ""
    versionID = response.headers["x-amz-version-id"]
    replaced = response.headers[Self.replaces].flatMap { UInt64($0) }
    retention = response.headers["x-amz-object-lock-retain-until-date"].flatMap(Self.instant)
  }

  private static func cut(_ bytes: Bytes, _ part: Part) -> Bytes {
    switch part {
    case .whole: bytes
    case .trailer: bytes[max(0, bytes.count - ObjectTrailer.size)..<bytes.count]
    case .bytes(let range): bytes[range.clamped(to: 0..<bytes.count)]
    }
  }

  /// Parses a date such as `2026-11-30T21:14:07.000Z`, whole seconds rounded up.
  private static func instant(_ text: String) -> Instant? {
    guard let seconds = try? Instant(parsing: text.prefix(19) + "Z") else { return nil }
    return text.contains(".") && text.dropFirst(20).contains { ("1"..."9").contains($0) }
      ? seconds + .seconds(1) : seconds
  }

  var isTombstone: Bool { total == Self.tombstoneSize }

  /// The size of the object without the trailer.
  var size: Int { max(0, total - ObjectTrailer.size) }

  /// Returns the attributes in the trailer, which must be at the end of `bytes`, with the later lock.
  func attributes(of key: ObjectKey) throws(StorageError) -> ObjectAttributes {
    guard total >= ObjectTrailer.size, bytes.count >= ObjectTrailer.size else {
      throw StorageError(.damaged, "\(key) is cut off")
    }
    var attributes = try ObjectTrailer(Array(bytes.slice.suffix(ObjectTrailer.size)), key, fileSize: total)
      .attributes
    if let retention { attributes.lockedUntil = max(retention, attributes.lockedUntil ?? retention) }
    return attributes
  }
}
