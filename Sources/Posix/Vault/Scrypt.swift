import CScrypt
import Crypto
import CryptoExtras
import Foundation

/// The derivation of a key from a passphrase: scrypt (RFC 7914) with block size 8 and parallelism 1.
///
/// CryptoExtras has it too, but mixes single words, which takes half as long again, and every command on a vault
/// waits for it.
package enum Scrypt {
  private static let blockLength = 1_024

  /// Returns a key of 32 bytes; `nil` when the machine lacks the memory, which is `rounds` KiB.
  ///
  /// - Parameter rounds: The cost parameter N, a power of two above 1.
  package static func key(
    _ passphrase: [UInt8], salt: [UInt8], rounds: Int, length: Int = 32
  ) throws -> SymmetricKey? {
    precondition(rounds > 1 && rounds & (rounds - 1) == 0 && rounds <= 1 << 24, "a power of two")
    var block = try stretch(passphrase, salt, length: blockLength).withUnsafeBytes { Array($0) }
    guard mix(&block, UInt32(rounds)) else { return nil }
    return try stretch(passphrase, block, length: length)
  }

  private static func stretch(_ passphrase: [UInt8], _ salt: [UInt8], length: Int) throws -> SymmetricKey {
    try KDF.Insecure.PBKDF2.deriveKey(
      from: passphrase, salt: salt, using: .sha256, outputByteCount: length, unsafeUncheckedRounds: 1)
  }

  /// Mixes a block in place; returns whether there was memory for it.
  private static func mix(_ block: inout [UInt8], _ rounds: UInt32) -> Bool {
    let length = firedrill_scrypt_memory(rounds)
    // The system gives all pages in one call, which takes less than a fault for each.
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
    let memory = mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    defer { munmap(memory, length) }
    firedrill_scrypt_mix(&block, rounds, memory)
    return true
  }
}
