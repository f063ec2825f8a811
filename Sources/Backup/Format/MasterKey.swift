import Crypto
import Storage
import Synchronization

import struct Storage.Digest

/// The secret of 32 bytes from which all keys of a vault are derived.
public struct MasterKey: Sendable {
  private let key: SymmetricKey
  private let derived = DerivedKeys()

  /// Creates a key from 32 bytes. Any other number is a programmer error and traps.
  public init(bytes: [UInt8]) {
    precondition(bytes.count == 32, "a master key has 32 bytes")
    key = SymmetricKey(data: bytes)
  }

  /// Returns the key of one job, by HKDF-SHA-256 (RFC 5869) of the master key and the job's salt. The key has
  /// 40 bytes. The last 8 are in clear in every object, which distinguishes a wrong key from damage.
  func derive(_ salt: JobSalt) -> JobKey {
    if let known = derived[salt] { return known }
    let new = derivedAnew(salt)
    derived[salt] = new
    return new
  }

  private func derivedAnew(_ salt: JobSalt) -> JobKey {
    let bytes = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: key, salt: salt.digest.bytes, info: Array("firedrill vault 1".utf8),
      outputByteCount: 40
    ).withUnsafeBytes { Array($0) }
    return JobKey(
      salt: salt, check: bytes[32...].reduce(0) { $0 << 8 | UInt64($1) },
      cipher: SymmetricKey(data: bytes[0..<32]))
  }
}

/// The keys derived from one master key. Thousands of objects of a job are read with one of them.
private final class DerivedKeys: Sendable {
  private static let countMaximum = 4_096
  private let keys = Mutex<[JobSalt: JobKey]>([:])

  subscript(salt: JobSalt) -> JobKey? {
    get { keys.withLock { $0[salt] } }
    set {
      keys.withLock { keys in
        if keys.count >= Self.countMaximum { keys.removeAll() }
        keys[salt] = newValue
      }
    }
  }
}

/// The salt of a job: 32 random bytes that no two jobs share. A job that is repeated after a crash needs a
/// new salt.
public struct JobSalt: Hashable, Sendable {
  let digest: Digest

  /// Creates a salt from 32 bytes. Any other number is a programmer error and traps.
  public init(bytes: some Sequence<UInt8>) { digest = Digest(bytes: bytes) }

  init(_ digest: Digest) { self.digest = digest }

  /// Draws a salt from a generator that never repeats. A simulation uses a named stream.
  public init(using random: inout some RandomNumberGenerator) {
    digest = Digest(words: SIMD4(random.next(), random.next(), random.next(), random.next()))
  }

  /// Returns the name of the job's `number`th object of a kind. The name is unguessable without reading the
  /// vault and never repeated.
  func objectID(_ kind: ObjectKind, _ number: Int) -> ObjectID {
    var writer = ByteWriter(capacity: 41)
    writer.write(digest)
    writer.write(kind.rawValue)
    writer.write(UInt64(number))
    let words = Digest(sha256: Bytes(writer.bytes)).words
    return ObjectID(high: words[0], low: words[1])
  }
}

/// The key that encrypts one job's objects.
struct JobKey: Sendable {
  let salt: JobSalt
  let check: UInt64
  let cipher: SymmetricKey
}

extension Digest {
  /// Computes the SHA-256 digest of some bytes.
  public init(sha256 bytes: Bytes) {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    self = hash.finalize().withUnsafeBytes { raw in
      var words = SIMD4<UInt64>.zero
      for word in 0..<4 {
        words[word] = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
      }
      return Digest(words: words)
    }
  }
}
