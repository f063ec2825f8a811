import Storage

/// An HTTP request as it goes over the wire.
package struct WireRequest: Sendable {
  package var method: String
  package var url: String
  package var headers: [(name: String, value: String)]
  package var body: Bytes?

  package init(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Bytes? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// An HTTP response.
package struct WireResponse: Sendable {
  package var status: Int
  /// The headers by their names in lower case.
  package var headers: [String: String]
  package var body: Bytes

  package init(_ status: Int, headers: [String: String] = [:], body: Bytes = Bytes()) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The reason why a request got no response.
package enum TransportFailure: Error, Hashable, Sendable {
  /// The server was not reached, so it has not seen the request.
  case unreachable(String)
  /// The connection broke or timed out. The server may have carried out the request.
  case interrupted(String)
  /// The server's certificate is not trusted.
  case untrusted(String)
}

/// The sender of HTTP requests.
package protocol HTTPTransport: Sendable {
  /// Sends a request and waits for the response; several threads may call this at once.
  func send(_ request: WireRequest) throws(TransportFailure) -> WireResponse
}
