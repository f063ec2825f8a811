import CCurl
import Storage
import Synchronization

/// The sender of HTTP requests that uses libcurl. Connections are kept open between requests.
package final class CurlTransport: HTTPTransport {
  private final class Handle: @unchecked Sendable {
    let curl: UnsafeMutableRawPointer

    init() {
      guard let curl = curl_easy_init() else { preconditionFailure("libcurl has memory for a handle") }
      self.curl = curl
    }

    deinit { curl_easy_cleanup(curl) }
  }

  /// The parts of a response received so far.
  private final class Received {
    var headers: [String: String] = [:]
    var body: [UInt8] = []
  }

  private static let isStarted: Bool = firedrill_curl_start() == CURLE_OK

  private let idle = Mutex<[Handle]>([])
  private let isLocal: Bool
  private let certificates: String?

  /// - Parameters:
  ///   - isLocal: Whether the server is on this machine, so that no proxy is used.
  ///   - certificates: A file of certificates to trust instead of the system's.
  package init(isLocal: Bool, certificates: String? = nil) {
    precondition(Self.isStarted, "libcurl starts")
    self.isLocal = isLocal
    self.certificates = certificates
  }

  package func send(_ request: WireRequest) throws(TransportFailure) -> WireResponse {
    let handle = idle.withLock { $0.popLast() } ?? Handle()
    defer { idle.withLock { $0.append(handle) } }
    let received = Received()
    let code = perform(request, handle.curl, received)
    guard code == CURLE_OK else { throw Self.failure(code) }
    return WireResponse(
      Int(firedrill_curl_status(handle.curl)), headers: received.headers, body: Bytes(received.body))
  }

  private func perform(
    _ request: WireRequest, _ curl: UnsafeMutableRawPointer, _ received: Received
  ) -> CURLcode {
    curl_easy_reset(curl)
    setLimits(curl)
    _ = firedrill_curl_set_text(curl, CURLOPT_URL, request.url)
    var list: UnsafeMutablePointer<curl_slist>?
    for (name, value) in request.headers { list = curl_slist_append(list, "\(name): \(value)") }
    // A wait for the server's leave before the body costs a round trip.
    list = curl_slist_append(list, "Expect:")
    defer { curl_slist_free_all(list) }
    _ = firedrill_curl_set_pointer(curl, CURLOPT_HTTPHEADER, list)
    let target = Unmanaged.passUnretained(received).toOpaque()
    _ = firedrill_curl_set_sink(curl, CURLOPT_WRITEFUNCTION, Self.takeBody)
    _ = firedrill_curl_set_pointer(curl, CURLOPT_WRITEDATA, target)
    _ = firedrill_curl_set_sink(curl, CURLOPT_HEADERFUNCTION, Self.takeHeader)
    _ = firedrill_curl_set_pointer(curl, CURLOPT_HEADERDATA, target)
    guard let body = request.body else {
      _ = firedrill_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
      return withExtendedLifetime(received) { curl_easy_perform(curl) }
    }
    return body.withUnsafeBytes { raw in
      // A body of nothing is one all the same, with its length.
      withUnsafePointer(to: UInt8(0)) { nothing in
        _ = firedrill_curl_set_pointer(curl, CURLOPT_POSTFIELDS, raw.baseAddress ?? UnsafeRawPointer(nothing))
        _ = firedrill_curl_set_number(curl, CURLOPT_POSTFIELDSIZE_LARGE, raw.count)
        _ = firedrill_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
        return withExtendedLifetime(received) { curl_easy_perform(curl) }
      }
    }
  }

  private func setLimits(_ curl: UnsafeMutableRawPointer) {
    _ = firedrill_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    _ = firedrill_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT, 10)
    // A transfer that moves nothing for this long is given up.
    _ = firedrill_curl_set_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
    _ = firedrill_curl_set_number(curl, CURLOPT_LOW_SPEED_TIME, 30)
    _ = firedrill_curl_set_number(curl, CURLOPT_SSL_VERIFYPEER, 1)
    _ = firedrill_curl_set_number(curl, CURLOPT_SSL_VERIFYHOST, 2)
    _ = firedrill_curl_set_number(curl, CURLOPT_FOLLOWLOCATION, 0)
    _ = firedrill_curl_set_number(curl, CURLOPT_PATH_AS_IS, 1)
    _ = firedrill_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, isLocal ? "http,https" : "https")
    _ = firedrill_curl_set_text(curl, CURLOPT_USERAGENT, "firedrill")
    if isLocal { _ = firedrill_curl_set_text(curl, CURLOPT_NOPROXY, "*") }
    if let certificates { _ = firedrill_curl_set_text(curl, CURLOPT_CAINFO, certificates) }
  }

  private static let takeBody: firedrill_curl_sink = { bytes, size, count, target in
    guard let bytes, let target else { return 0 }
    let received = Unmanaged<Received>.fromOpaque(target).takeUnretainedValue()
    received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
  }

  private static let takeHeader: firedrill_curl_sink = { bytes, size, count, target in
    guard let bytes, let target else { return 0 }
    let received = Unmanaged<Received>.fromOpaque(target).takeUnretainedValue()
    let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
    if line.hasPrefix("HTTP/") { received.headers = [:] }
    if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].filter { $0 != "\r\n" && $0 != "\n" && $0 != "\r" }
      received.headers[line[..<colon].lowercased()] = String(value.drop { $0 == " " })
    }
    if let length = received.headers["content-length"].flatMap({ Int($0) }), length <= 1 << 30 {
      received.body.reserveCapacity(length)
    }
    return size * count
  }

  private static func failure(_ code: CURLcode) -> TransportFailure {
    let text = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_PROXY:
      return .unreachable(text)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_UNSUPPORTED_PROTOCOL:
      return .untrusted(text)
    default: return .interrupted(text)
    }
  }
}
