import ObjectStorage
import Storage
import Testing
import Units

/// Lists, repeats and errors, against a server whose answers are known beforehand.
@Suite("Requests to a bucket") struct ClientTests {
  // MARK: Lists

  /// A server with 2,500 names in pages of 1,000.
  private static let pagedServer = ScriptedServer { request, _ in
    let names = (0..<2_500).map { "vault/packs/\(10_000 + $0)" }
    let token =
      request.url.split(separator: "&").first { $0.contains("continuation-token=") }
      .flatMap { $0.split(separator: "%20").last }.flatMap { Int($0) } ?? 0
    let page = names[token..<min(token + 1_000, names.count)]
    let next = token + page.count
    return WireResponse(
      200,
      body: Bytes(
        utf8: "<ListBucketResult><IsTruncated>\(next < names.count)</IsTruncated>"
          + (next < names.count ? "<NextContinuationToken>after+ \(next)</NextContinuationToken>" : "")
          + page.map { "<Contents><Key>\($0)</Key><Size>40</Size></Contents>" }.joined()
          + "</ListBucketResult>"))
  }

  @Test func aListOfSeveralPagesIsComplete() throws {
    let names = try Self.pagedServer.client.names(beginning: "vault/packs/").map(\.name)
    #expect(names == (0..<2_500).map { "vault/packs/\(10_000 + $0)" })
  }

  @Test func aListThatBreaksOffIsAnError() throws {
    let server = ScriptedServer { _, _ in
      WireResponse(
        200,
        body: Bytes(
          utf8: "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>vault/a</Key><Size>1</Size>"
            + "</Contents></ListBucketResult>"))
    }
    #expect(throws: BucketProblem.self) { try server.client.names(beginning: "vault/") }
  }

  // MARK: Repeats

  @Test func aBusyServerIsAskedAgainAfterGrowingPauses() throws {
    let server = ScriptedServer { _, number in
      number < 5 ? WireResponse([503, 429, 500, 502, 504][number]) : WireResponse(200)
    }
    let answer = try server.client.send("GET", "vault/a")
    #expect(answer.status == 200)
    #expect(server.requests.count == 6)
    #expect(server.pauses.map { $0.nanoseconds / 100_000_000 } == [1, 2, 4, 8, 16])
  }

  @Test func repeatsEnd() throws {
    let server = ScriptedServer { _, _ in WireResponse(503, body: errorBody("SlowDown")) }
    #expect(try server.client.send("GET", "vault/a").status == 503)
    #expect(server.requests.count == BucketClient.attempts)
    #expect(server.pauses.allSatisfy { $0 <= .seconds(5) })
  }

  @Test func anAddressThatNeverAnsweredIsGivenUpSoon() throws {
    let server = ScriptedServer { _, _ throws(TransportFailure) in throw .unreachable("refused") }
    let problem = #expect(throws: BucketProblem.self) { try server.client.send("GET", "vault/a") }
    #expect(server.requests.count == BucketClient.firstAttempts)
    #expect(problem?.hint?.contains("--endpoint") == true)
  }

  @Test func anUntrustedCertificateIsNotTriedAgain() throws {
    let server = ScriptedServer { _, _ throws(TransportFailure) in throw .untrusted("self-signed") }
    let problem = #expect(throws: BucketProblem.self) { try server.client.send("GET", "vault/a") }
    #expect(server.requests.count == 1)
    #expect(problem?.message.contains("certificate") == true)
  }

  @Test func aWaitThatTheServerNamesIsHonoured() throws {
    let server = ScriptedServer { _, number in
      number == 0 ? WireResponse(429, headers: ["retry-after": "3"]) : WireResponse(200)
    }
    _ = try server.client.send("GET", "vault/a")
    #expect(server.pauses == [.seconds(3)])
  }

  // MARK: Lost answers

  /// A server that stores a put and loses its answer, once.
  private static func forgetful(stores isStored: Bool) -> ScriptedServer {
    let held = Held()
    return ScriptedServer { request, number throws(TransportFailure) in
      if request.method == "GET" {
        guard let bytes = held.bytes else { return WireResponse(404, body: errorBody("NoSuchKey")) }
        return WireResponse(200, headers: ["etag": "\"1\""], body: bytes)
      }
      if number == 0 {
        let foreign = Bytes(utf8: "the object of another client, long enough to have a trailer")
        held.bytes = isStored ? request.body : foreign
        throw .interrupted("reset")
      }
      return WireResponse(412, body: errorBody("PreconditionFailed"))
    }
  }

  @Test func aCreateWhoseAnswerWasLostIsOurOwn() throws {
    var store = BucketStore(
      try Self.forgetful(stores: true).client,
      ServerTraits(arbitration: .quotedConditions, hasLocks: false))
    try store.put(Bytes(utf8: "mine"), as: key, if: .absent, lockedUntil: nil, at: .epoch)
  }

  @Test func anObjectOfAnotherClientIsNotTakenForOurs() throws {
    var store = BucketStore(
      try Self.forgetful(stores: false).client,
      ServerTraits(arbitration: .quotedConditions, hasLocks: false))
    let error = #expect(throws: StorageError.self) {
      try store.put(Bytes(utf8: "mine"), as: key, if: .absent, lockedUntil: nil, at: .epoch)
    }
    #expect(error?.kind == .conditionFailed)
  }

  private let key = ObjectKey(folder: "packs", name: "a")

  // MARK: Errors

  @Test(arguments: [
    (404, "NoSuchBucket", "does not exist", "--endpoint"),
    (403, "InvalidAccessKeyId", "does not know the key", "AWS_ACCESS_KEY_ID"),
    (403, "SignatureDoesNotMatch", "refuses the signature", "AWS_SECRET_ACCESS_KEY"),
    (403, "RequestTimeTooSkewed", "clocks", "clock"),
    (400, "ExpiredToken", "no longer valid", "AWS_SESSION_TOKEN"),
    (403, "AccessDenied", "refuses to let this key read objects", "permission"),
    (301, "PermanentRedirect", "names another address", "AWS_REGION"),
  ])
  func anErrorNamesItsPlaceAndItsCorrection(status: Int, code: String, message: String, hint: String) throws {
    let server = ScriptedServer { _, _ in WireResponse(status, body: errorBody(code)) }
    let problem = #expect(throws: BucketProblem.self) { try BucketStore.open(server.client) }
    #expect(problem?.place == "s3://bucket/vault")
    #expect(problem?.message.contains(message) == true)
    #expect(problem?.hint?.contains(hint) == true)
  }

  @Test func theRegionOfABucketElsewhereIsNamed() throws {
    let server = ScriptedServer { _, _ in
      WireResponse(400, body: errorBody("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"))
    }
    let problem = #expect(throws: BucketProblem.self) { try BucketStore.open(server.client) }
    #expect(problem?.message == "the bucket is in the region 'eu-west-1'")
  }

  /// Or a backup would store everything again, and a prune take everything for lost.
  @Test func aMissingBucketIsNoMissingObject() throws {
    let server = ScriptedServer { _, _ in WireResponse(404, body: errorBody("NoSuchBucket")) }
    let store = BucketStore(
      try server.client, ServerTraits(arbitration: .quotedConditions, hasLocks: false))
    let error = #expect(throws: StorageError.self) { try store.attributes(of: key) }
    #expect(error?.kind == .unavailable)
  }

  @Test func aFullBucketIsFull() throws {
    let server = ScriptedServer { _, _ in WireResponse(403, body: errorBody("QuotaExceeded")) }
    var store = BucketStore(
      try server.client, ServerTraits(arbitration: .quotedConditions, hasLocks: false))
    let error = #expect(throws: StorageError.self) {
      try store.put(Bytes(), as: key, if: .absent, lockedUntil: nil, at: .epoch)
    }
    #expect(error?.kind == .full)
  }

  // MARK: Addresses

  @Test(
    arguments: [
      ("s3://b/x", nil), ("s3://bucket/a b", nil), ("s3://bucket/../x", nil), ("s3://Bucket", nil),
      ("s3://bucket", "http://example.org"), ("s3://bucket", "example.org"),
      ("s3://bucket", "https://example.org/path"),
    ] as [(String, String?)])
  func anAddressThatCannotBeIsRefused(address: String, endpoint: String?) {
    let problem = #expect(throws: BucketProblem.self) {
      try BucketAddress(address, endpoint: endpoint, region: nil)
    }
    #expect(problem?.hint != nil)
  }

  @Test func plainHTTPIsForThisMachine() throws {
    for endpoint in ["http://127.0.0.1:9000", "http://localhost", "http://[::1]:80"] {
      #expect(try BucketAddress("s3://bucket", endpoint: endpoint, region: nil).isOnLoopback)
    }
    #expect(try !BucketAddress("s3://bucket", endpoint: nil, region: nil).isOnLoopback)
  }
}

/// Bytes that a scripted server holds.
private final class Held: @unchecked Sendable {
  var bytes: Bytes?
}
