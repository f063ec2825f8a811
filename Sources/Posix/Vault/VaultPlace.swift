import Glibc
import ObjectStorage
import Storage
import Units

/// The place of a vault: a directory, or a bucket of an S3-compatible store.
public enum VaultPlace: Sendable, CustomStringConvertible {
  case directory(FilePath)
  case bucket(BucketAccess)

  /// Parses `s3://bucket/prefix` as a bucket, and anything else as a directory.
  ///
  /// - Parameters:
  ///   - endpoint: The URL of the bucket's server.
  ///   - environment: Returns the value of a variable with a key, region or endpoint; `nil` when it is unset.
  public init(
    _ text: String, endpoint: String? = nil, environment: (String) -> String? = variable
  ) throws(VaultProblem) {
    guard BucketAddress.isAddress(text) else {
      guard endpoint == nil else {
        throw VaultProblem(
          "--endpoint", "'\(text)' is a directory, and a directory has no endpoint",
          hint: "leave '--endpoint' out, or name a bucket as s3://bucket/prefix")
      }
      self = .directory(FilePath(text))
      return
    }
    self = .bucket(try BucketAccess(text, endpoint: endpoint, environment))
  }

  public var description: String {
    switch self {
    case .directory(let path): path.description
    case .bucket(let access): access.address.description
    }
  }

  /// The directory; `nil` for a bucket.
  var directory: FilePath? {
    if case .directory(let path) = self { path } else { nil }
  }
}

/// Returns the value of an environment variable; `nil` when it is unset or empty.
public func variable(_ name: String) -> String? {
  guard let text = getenv(name).map({ String(cString: $0) }), !text.isEmpty else { return nil }
  return text
}

/// The address of a bucket and everything that is needed to use the bucket.
public struct BucketAccess: Sendable {
  let address: BucketAddress
  private let credentials: BucketCredentials
  private let certificates: String?

  init(_ text: String, endpoint: String?, _ environment: (String) -> String?) throws(VaultProblem) {
    let endpoint = endpoint ?? environment("AWS_ENDPOINT_URL_S3") ?? environment("AWS_ENDPOINT_URL")
    let region = environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION")
    do throws(BucketProblem) {
      address = try BucketAddress(text, endpoint: endpoint, region: region)
    } catch {
      throw VaultProblem(error)
    }
    var keys: [String] = []
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
      guard let key = environment(name) else {
        throw VaultProblem(
          name, "there is no key for \(address)", hint: "set this variable; no option takes a key")
      }
      keys.append(key)
    }
    credentials = BucketCredentials(
      accessKey: keys[0], secretKey: keys[1], sessionToken: environment("AWS_SESSION_TOKEN"))
    certificates = environment("AWS_CA_BUNDLE")
    if let certificates, access(certificates, R_OK) != 0 {
      throw VaultProblem("AWS_CA_BUNDLE", SystemError(certificates))
    }
  }

  private static let surroundings = ClientSurroundings(
    now: { .now },
    pause: { pause in
      var time = timespec(
        tv_sec: Int(pause.nanoseconds / 1_000_000_000), tv_nsec: Int(pause.nanoseconds % 1_000_000_000))
      nanosleep(&time, nil)
    },
    chance: { secretBytes(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } })

  func create() throws(VaultProblem) -> BucketStore {
    do throws(BucketProblem) {
      return try BucketStore.create(
        at: address, credentials, certificates: certificates, Self.surroundings)
    } catch {
      throw VaultProblem(error)
    }
  }

  func open() throws(VaultProblem) -> BucketStore? {
    do throws(BucketProblem) {
      return try BucketStore.open(at: address, credentials, certificates: certificates, Self.surroundings)
    } catch {
      throw VaultProblem(error)
    }
  }
}

extension VaultProblem {
  init(_ problem: BucketProblem) {
    self.init(
      problem.storage.kind == .damaged ? .damage : .input, problem.place, problem.message,
      hint: problem.hint)
  }
}
