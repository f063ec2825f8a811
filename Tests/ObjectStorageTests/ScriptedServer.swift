import ObjectStorage
import Storage
import Synchronization
import Units

/// A transport that answers from a function and records what was asked.
final class ScriptedServer: HTTPTransport {
  private struct State {
    var requests: [WireRequest] = []
    var pauses: [Duration] = []
  }

  private let answer: @Sendable (WireRequest, Int) throws(TransportFailure) -> WireResponse
  private let state = Mutex(State())

  /// - Parameter answer: Gets the request and the number of requests before it.
  init(_ answer: @escaping @Sendable (WireRequest, Int) throws(TransportFailure) -> WireResponse) {
    self.answer = answer
  }

  var requests: [WireRequest] { state.withLock { $0.requests } }
  var pauses: [Duration] { state.withLock { $0.pauses } }

  func send(_ request: WireRequest) throws(TransportFailure) -> WireResponse {
    let number = state.withLock { state in
      state.requests.append(request)
      return state.requests.count - 1
    }
    return try answer(request, number)
  }

  /// A client of the vault `s3://bucket/vault` whose pauses take no time.
  var client: BucketClient {
    get throws {
      BucketClient(
        try BucketAddress("s3://bucket/vault", endpoint: "https://example.org", region: "here"),
        BucketCredentials(accessKey: "a", secretKey: "s"), self,
        ClientSurroundings(
          now: { CivilTime(year: 2026, month: 11, day: 30).instant },
          pause: { pause in self.state.withLock { $0.pauses.append(pause) } }, chance: { 7 }))
    }
  }
}

/// The body of an error.
func errorBody(_ code: String, _ more: String = "") -> Bytes {
  Bytes(utf8: "<?xml version=\"1.0\"?><Error><Code>\(code)</Code>\(more)</Error>")
}
