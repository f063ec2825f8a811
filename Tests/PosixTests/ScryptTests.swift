import Backup
import Posix
import Testing

/// The derivation of keys gives what RFC 7914 and another implementation give.
@Suite struct ScryptTests {
  private func key(_ passphrase: String, _ salt: String, rounds: Int, length: Int) throws -> String {
    let key = try Scrypt.key(Array(passphrase.utf8), salt: Array(salt.utf8), rounds: rounds, length: length)
    return try #require(key).withUnsafeBytes { bytes in
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }

  @Test func theVectorOfTheStandardIsMet() throws {
    // RFC 7914, section 12, the third vector: the one with block size 8 and parallelism 1 that needs little memory.
    let expected =
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
      + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    #expect(try key("pleaseletmein", "SodiumChloride", rounds: 16_384, length: 64) == expected)
  }

  @Test func otherCostsGiveWhatOpenSSLGives() throws {
    // hashlib.scrypt of Python 3.11 with r=8, p=1, dklen=32.
    #expect(
      try key("", "", rounds: 2, length: 32)
        == "ec57b472d742138d12501bc49372377b3b96d6a2ff9f6a53e769a63c429a1792")
    #expect(
      try key("secret", "0123456789abcdef0123456789abcdef", rounds: 1_024, length: 32)
        == "e5c1465169f383410cd6df9f0a29dd60ff6dfcac48d5bd72ecf4d838fb1892e9")
  }
}
