import Backup
import Crypto
import CryptoExtras
import Foundation
import Storage
import Units

/// A vault's master key, encrypted under a key that scrypt (RFC 7914) derives from a passphrase. Byte table:
/// the article on the vault format, section "Key".
struct KeySlot: Hashable, Sendable {
  /// The default of scrypt's cost parameter N, a power of two. Memory is N KiB.
  static let usualRounds = 65_536
  static let roundsRange = 1_024...1_048_576

  /// Whether a slot can have this cost.
  static func takes(rounds: Int) -> Bool { roundsRange.contains(rounds) && rounds & (rounds - 1) == 0 }

  private static let magic: UInt32 = 0x4B52_4446
  private static let version: UInt8 = 1
  private static let size = 4 + 4 + 12 + 32 + 60 + 8

  enum Failure: Error, Hashable {
    case wrongPassphrase
    /// The machine lacks the memory for the derivation.
    case noMemory(ByteCount)
    case damaged
    case unsupportedVersion(Int)
  }

  private let header: [UInt8]
  private let sealed: [UInt8]
  private let rounds: Int
  private let salt: [UInt8]

  private static func header(_ rounds: Int, _ salt: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(magic)
    writer.write(version)
    writer.write(UInt8(1))
    writer.write(UInt16(0))
    for parameter in [rounds, 8, 1] { writer.write(UInt32(parameter)) }
    writer.write(raw: salt)
    return writer.bytes
  }

  /// Creates a slot for a master key.
  init(_ master: [UInt8], passphrase: [UInt8], rounds: Int) throws {
    self.rounds = rounds
    salt = secretBytes(32)
    header = Self.header(rounds, salt)
    let key = try Self.key(passphrase, salt, rounds)
    let box = try AES.GCM.seal(
      master, using: key, nonce: AES.GCM.Nonce(data: secretBytes(12)), authenticating: header)
    sealed = box.combined.map { Array($0) } ?? []
  }

  private static func key(
    _ passphrase: [UInt8], _ salt: [UInt8], _ rounds: Int
  ) throws(Failure) -> SymmetricKey {
    do {
      return try KDF.Scrypt.deriveKey(
        from: passphrase, salt: salt, outputByteCount: 32, rounds: rounds, blockSize: 8, parallelism: 1)
    } catch {
      // With parameters that a slot can have, the derivation fails only for want of memory.
      throw .noMemory(.kibibytes(Int64(rounds)))
    }
  }

  var encoded: [UInt8] {
    let bytes = header + sealed
    return bytes + Storage.Digest(sha256: Bytes(bytes)).bytes.prefix(8)
  }

  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count == Self.size else { throw .damaged }
    let contents = Array(bytes.dropLast(8))
    var reader = ByteReader(Bytes(contents))
    guard let magic: UInt32 = try? reader.read(), magic == Self.magic, let version: UInt8 = try? reader.read()
    else {
      throw .damaged
    }
    guard version <= Self.version else { throw .unsupportedVersion(Int(version)) }
    guard Array(bytes.suffix(8)) == Array(Storage.Digest(sha256: Bytes(contents)).bytes.prefix(8)),
      let method: UInt8 = try? reader.read(), method == 1, let _: UInt16 = try? reader.read(),
      let rounds: UInt32 = try? reader.read(), let blockSize: UInt32 = try? reader.read(), blockSize == 8,
      let lanes: UInt32 = try? reader.read(), lanes == 1, Self.takes(rounds: Int(rounds))
    else { throw .damaged }
    header = Array(contents.prefix(52))
    sealed = Array(contents.dropFirst(52))
    self.rounds = Int(rounds)
    salt = Array(contents[20..<52])
  }

  func open(_ passphrase: [UInt8]) throws(Failure) -> [UInt8] {
    let key = try Self.key(passphrase, salt, rounds)
    do {
      let box = try AES.GCM.SealedBox(combined: sealed)
      return Array(try AES.GCM.open(box, using: key, authenticating: header))
    } catch {
      throw .wrongPassphrase
    }
  }
}
