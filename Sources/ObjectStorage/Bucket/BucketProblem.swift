import Foundation
import Storage
import XMLCoder

/// The reason why a bucket cannot be used, with the correction.
public struct BucketProblem: Error, Hashable, Sendable {
  package let kind: StorageError.Kind
  /// The subject, such as an address, an option or a variable.
  public let place: String
  public let message: String
  public let hint: String?

  package init(_ kind: StorageError.Kind, _ place: String, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The problem as the failure of an operation on an object store.
  package var storage: StorageError {
    StorageError(kind, hint.map { "\(message); \($0)" } ?? message)
  }
}

/// The error in the body of a response.
struct ErrorAnswer: Decodable, Sendable {
  let Code: String
  let Message: String?
  let Region: String?

  /// Parses a body; `nil` when it is no error of the S3 protocol.
  init?(_ body: Bytes) {
    guard !body.isEmpty, let answer = try? XMLDecoder().decode(Self.self, from: Data(body.slice)) else {
      return nil
    }
    self = answer
  }
}

extension BucketProblem {
  /// Creates the problem of a response that refuses a request.
  init(_ response: WireResponse, _ address: BucketAddress, doing what: String) {
    let error = ErrorAnswer(response.body)
    let code = error?.Code ?? "status \(response.status)"
    let place = address.description
    if let problem = Self.known(code, address, place, what) {
      self = problem
      return
    }
    let region = error?.Region ?? response.headers["x-amz-bucket-region"]
    switch response.status {
    case 300...400 where region != nil:
      self.init(
        .unavailable, place, "the bucket is in the region '\(region ?? "")'",
        hint: "set AWS_REGION to it; the request was for \(address.region)")
    case 300..<400:
      self.init(
        .unavailable, place, "the server names another address for this bucket",
        hint: "check AWS_REGION and --endpoint")
    case 403:
      self.init(
        .unavailable, place, "the server refuses to let this key \(what) (\(code))",
        hint: "give the key that permission, or use another")
    case 507: self.init(.full, place, "there is no space left in the bucket (\(code))")
    default:
      let message = error?.Message.map { ": \($0)" } ?? ""
      self.init(.unavailable, place, "the server refuses to \(what) (\(code)\(message))")
    }
  }

  private static func known(
    _ code: String, _ address: BucketAddress, _ place: String, _ what: String
  ) -> BucketProblem? {
    switch code {
    case "NoSuchBucket":
      BucketProblem(
        .unavailable, place, "the bucket '\(address.bucket)' does not exist",
        hint: "make it first, or check its name and --endpoint")
    case "InvalidAccessKeyId":
      BucketProblem(.unavailable, place, "the server does not know the key", hint: "check AWS_ACCESS_KEY_ID")
    case "SignatureDoesNotMatch":
      BucketProblem(
        .unavailable, place, "the server refuses the signature", hint: "check AWS_SECRET_ACCESS_KEY")
    case "ExpiredToken", "InvalidToken":
      BucketProblem(
        .unavailable, place, "the temporary key is no longer valid", hint: "renew it and AWS_SESSION_TOKEN")
    case "RequestTimeTooSkewed":
      BucketProblem(
        .unavailable, place, "the clocks of this machine and the server differ too much",
        hint: "set this machine's clock")
    case "QuotaExceeded", "EntityTooLarge", "ServiceQuotaExceeded", "XMinioStorageFull":
      BucketProblem(.full, place, "there is no space left in the bucket (\(code))")
    default: nil
    }
  }
}
