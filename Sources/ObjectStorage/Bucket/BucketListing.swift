import Foundation
import Storage
import XMLCoder

/// A page of a listing of a bucket's newest objects.
struct ListingPage: Decodable, Sendable {
  struct Entry: Decodable, Sendable {
    let Key: String
    let Size: Int
  }

  let IsTruncated: Bool
  let NextContinuationToken: String?
  let Contents: [Entry]?
}

/// A page of a listing of all versions of a bucket's objects, the newest of each name first.
struct VersionPage: Decodable, Sendable {
  struct Entry: Decodable, Sendable {
    let Key: String
    let VersionId: String
    let Size: Int
    let ETag: String
    let LastModified: String?
  }

  /// A delete marker, which hides the versions below it from plain reads.
  struct Marker: Decodable, Sendable {
    let Key: String
    let VersionId: String
  }

  let IsTruncated: Bool
  let NextKeyMarker: String?
  let NextVersionIdMarker: String?
  let Version: [Entry]?
  let DeleteMarker: [Marker]?
}

extension BucketClient {
  /// The number of names that a page has at most, by the protocol.
  static let pageSize = 1_000

  /// Returns the newest objects whose full names begin with a prefix, as the server orders them.
  package func names(beginning prefix: String, pageSize: Int = pageSize) throws(BucketProblem) -> [(
    name: String, size: Int
  )] {
    var found: [(name: String, size: Int)] = []
    var token: String?
    repeat {
      var query = [("list-type", "2"), ("prefix", prefix), ("max-keys", "\(pageSize)")]
      if let token { query.append(("continuation-token", token)) }
      let page: ListingPage = try page(query)
      found += (page.Contents ?? []).map { ($0.Key, $0.Size) }
      guard page.IsTruncated else { return found }
      // A server that names no next page, or the same again, would hide objects.
      guard let next = page.NextContinuationToken, next != token, page.Contents?.isEmpty == false else {
        throw brokenListing
      }
      token = next
    } while true
  }

  /// Returns all versions whose full names begin with a prefix, as the server orders them.
  ///
  /// - Parameter isEnough: Asked after each page whether its last name ends the search.
  func versions(
    beginning prefix: String, pageSize: Int = pageSize, until isEnough: (String) -> Bool = { _ in false }
  ) throws(BucketProblem) -> [VersionPage.Entry] {
    try pages(beginning: prefix, pageSize: pageSize, until: isEnough).flatMap { $0.Version ?? [] }
  }

  /// Returns the pages of a listing of versions.
  func pages(
    beginning prefix: String, pageSize: Int = pageSize, until isEnough: (String) -> Bool = { _ in false }
  ) throws(BucketProblem) -> [VersionPage] {
    var found: [VersionPage] = []
    var markers: (key: String, version: String)?
    repeat {
      var query = [("versions", ""), ("prefix", prefix), ("max-keys", "\(pageSize)")]
      if let markers {
        query.append(("key-marker", markers.key))
        if !markers.version.isEmpty { query.append(("version-id-marker", markers.version)) }
      }
      let page: VersionPage = try page(query)
      found.append(page)
      guard page.IsTruncated else { return found }
      guard let key = page.NextKeyMarker else { throw brokenListing }
      if isEnough(key) { return found }
      let next = (key: key, version: page.NextVersionIdMarker ?? "")
      if let markers, markers == next { throw brokenListing }
      markers = next
    } while true
  }

  private var brokenListing: BucketProblem {
    BucketProblem(
      .unavailable, address.description, "the server breaks off a listing without a way to its next page")
  }

  private func page<Page: Decodable>(_ query: [(String, String)]) throws(BucketProblem) -> Page {
    let answer = try send("GET", query: query.map { (name: $0.0, value: $0.1) })
    guard answer.status == 200 else {
      throw BucketProblem(answer.response, address, doing: "list objects")
    }
    guard let page = try? XMLDecoder().decode(Page.self, from: Data(answer.response.body.slice)) else {
      throw BucketProblem(
        .unavailable, address.description, "the server's list of objects cannot be read",
        hint: "check that --endpoint is one of an S3-compatible store")
    }
    return page
  }
}
