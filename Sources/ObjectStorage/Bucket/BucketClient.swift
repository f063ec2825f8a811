import Crypto
import Foundation
import Storage
import Synchronization
import Units

/// The clock, the pause and the chance that a client of a bucket uses.
public struct ClientSurroundings: Sendable {
  let now: @Sendable () -> Instant
  let pause: @Sendable (Duration) -> Void
  let chance: @Sendable () -> UInt64

  public init(
    now: @escaping @Sendable () -> Instant, pause: @escaping @Sendable (Duration) -> Void,
    chance: @escaping @Sendable () -> UInt64
  ) {
    self.now = now
    self.pause = pause
    self.chance = chance
  }
}

/// Sends signed requests to a bucket, and repeats requests that the server could not carry out.
///
/// A request is repeated after a broken connection, status 429, 500, 502, 503 or 504, and conflicts that the
/// server asks to repeat. The pauses double from 0.2 s to 5 s, with a random half. Every operation may be
/// repeated: reads and deletes have the same effect twice, and a put whose condition fails is
/// compared with the object that is there.
package struct BucketClient: Sendable {
  /// The last response to a request.
  package struct Answer: Sendable {
    package let response: WireResponse

    package var status: Int { response.status }
    package var hasSucceeded: Bool { (200..<300).contains(response.status) }
  }

  private final class State: Sendable {
    let hasAnswered = Atomic<Bool>(false)
  }

  /// The number of times a request is sent at most.
  package static let attempts = 9
  /// Likewise before the first answer of the server, when a wrong address is likelier than a restart.
  package static let firstAttempts = 3

  package private(set) var address: BucketAddress
  private let signer: RequestSigner
  private let transport: any HTTPTransport
  let surroundings: ClientSurroundings
  private let state = State()

  package init(
    _ address: BucketAddress, _ credentials: BucketCredentials, _ transport: any HTTPTransport,
    _ surroundings: ClientSurroundings
  ) {
    self.address = address
    signer = RequestSigner(credentials, region: address.region)
    self.transport = transport
    self.surroundings = surroundings
  }

  /// Returns a client of another folder of the same bucket.
  func at(_ address: BucketAddress) -> BucketClient {
    var client = self
    client.address = address
    return client
  }

  /// Sends a request about a name in the bucket, or about the bucket, until there is an answer.
  package func send(
    _ method: String, _ fullName: String = "", query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: Bytes? = nil
  ) throws(BucketProblem) -> Answer {
    var headers = headers
    if let body {
      // Without a type libcurl would add that of a form.
      headers.append(("content-type", "application/octet-stream"))
      headers.append(("content-md5", Data(Insecure.MD5.hash(data: body.slice)).base64EncodedString()))
    }
    let path = address.path(fullName)
    var attempt = 1
    while true {
      let limit = state.hasAnswered.load(ordering: .relaxed) ? Self.attempts : Self.firstAttempts
      let signed = signer.headers(
        method, host: address.host, path: path, query: query, headers: headers, body: body,
        at: surroundings.now())
      let request = WireRequest(method, address.url(path, query), headers: signed, body: body)
      var wait: Duration?
      do throws(TransportFailure) {
        let response = try transport.send(request)
        state.hasAnswered.store(true, ordering: .relaxed)
        guard Self.isPassing(response), attempt < limit else {
          return Answer(response: response)
        }
        wait = response.headers["retry-after"].flatMap { Int64($0) }.map { .seconds(min($0, 20)) }
      } catch {
        guard attempt < limit, !error.isFinal else { throw problem(error) }
      }
      surroundings.pause(max(wait ?? .zero, pause(after: attempt)))
      attempt += 1
    }
  }

  /// Whether the server asks to repeat the request.
  private static func isPassing(_ response: WireResponse) -> Bool {
    switch response.status {
    case 429, 500, 502, 503, 504: return true
    case 400: return ErrorAnswer(response.body)?.Code == "RequestTimeout"
    case 409:
      let code = ErrorAnswer(response.body)?.Code
      return code == "ConditionalRequestConflict" || code == "OperationAborted"
    default: return false
    }
  }

  /// Returns the pause after a number of attempts: half of it fixed, half drawn.
  private func pause(after attempt: Int) -> Duration {
    let longest = min(Int64(200_000_000) << Int64(min(attempt - 1, 10)), 5_000_000_000)
    return .nanoseconds(longest / 2 + Int64(surroundings.chance() % UInt64(longest / 2)))
  }

  private func problem(_ failure: TransportFailure) -> BucketProblem {
    let place = address.description
    switch failure {
    case .unreachable(let reason):
      return BucketProblem(
        .unavailable, place, "the server \(address.host) cannot be reached: \(reason)",
        hint: "check --endpoint, AWS_REGION and the network")
    case .interrupted(let reason):
      return BucketProblem(
        .unavailable, place, "the server \(address.host) does not answer: \(reason)",
        hint: "check the network, and run it again")
    case .untrusted(let reason):
      return BucketProblem(
        .unavailable, place, "the certificate of \(address.host) is not trusted: \(reason)",
        hint: "name its authority's file in AWS_CA_BUNDLE, or check --endpoint")
    }
  }
}

extension TransportFailure {
  /// Whether another attempt would fail alike.
  fileprivate var isFinal: Bool {
    if case .untrusted = self { return true }
    return false
  }
}
