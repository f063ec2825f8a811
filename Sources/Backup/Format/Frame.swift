import CZstd
import Crypto
import Storage

/// One sealed run of bytes: compressed if useful, then encrypted and authenticated. Byte table:
/// <doc:VaultFormat>.
enum Frame {
  static let overhead = 12 + headerSize + 16
  /// The size of the method and length fields.
  private static let headerSize = 5
  /// The largest plain size of a frame. A greater length means damage.
  static let plainMaximum = 1 << 30

  /// Returns the frame of `plain`.
  static func seal(
    _ plain: Bytes, key: JobKey, number: UInt64, binding: [UInt8], level: Int32
  ) -> [UInt8] {
    precondition(plain.count <= plainMaximum, "a frame holds at most 1 GiB")
    let message = compress(plain, level: level)
    var nonceBytes = ByteWriter(capacity: 12)
    nonceBytes.write(number)
    nonceBytes.write(UInt32(0))
    do {
      let nonce = try AES.GCM.Nonce(data: nonceBytes.bytes)
      let box = try AES.GCM.seal(message, using: key.cipher, nonce: nonce, authenticating: binding)
      guard let combined = box.combined else { preconditionFailure("a nonce of 12 bytes combines") }
      return [UInt8](combined)
    } catch {
      preconditionFailure("a 256-bit key and a 96-bit nonce always seal: \(error)")
    }
  }

  /// Returns the plain bytes of a frame. Any changed bit of the frame or binding throws `damaged`.
  static func open(_ frame: Bytes, key: JobKey, binding: [UInt8]) throws(JobFailure) -> Bytes {
    guard frame.count >= overhead else { throw .damaged("a frame of \(frame.count) bytes") }
    let contents: Result<Bytes, JobFailure>
    do {
      let box = try AES.GCM.SealedBox(combined: frame.slice)
      let message = try AES.GCM.open(box, using: key.cipher, authenticating: binding)
      contents = message.withUnsafeBytes { decompress($0) }
    } catch {
      throw .damaged("a frame that does not authenticate")
    }
    return try contents.get()
  }

  /// Returns method, length and contents, using the shorter of the two methods.
  static func compress(_ plain: Bytes, level: Int32) -> [UInt8] {
    let header = headerSize
    return [UInt8](unsafeUninitializedCapacity: header + plain.count) { target, initialized in
      let raw = UnsafeMutableRawBufferPointer(target)
      raw.storeBytes(of: UInt32(plain.count).littleEndian, toByteOffset: 1, as: UInt32.self)
      plain.withUnsafeBytes { source in
        // The room is one byte short of the plain contents, so that zstd gives up when it cannot gain.
        let room = max(0, plain.count - 1)
        let start = raw.baseAddress.map { $0 + header }
        let size = ZSTD_compressCCtx(
          firedrill_thread_compressor(), start, room, source.baseAddress, source.count, level)
        let isSmaller = plain.count > 0 && ZSTD_isError(size) == 0
        raw[0] = isSmaller ? 1 : 0
        if !isSmaller { UnsafeMutableRawBufferPointer(rebasing: raw[header...]).copyMemory(from: source) }
        initialized = header + (isSmaller ? size : plain.count)
      }
    }
  }

  static func decompress(_ message: Bytes) throws(JobFailure) -> Bytes {
    try message.withUnsafeBytes { decompress($0) }.get()
  }

  private static func decompress(_ message: UnsafeRawBufferPointer) -> Result<Bytes, JobFailure> {
    guard message.count >= headerSize else { return .failure(.damaged("a frame that is too short")) }
    let length = Int(UInt32(littleEndian: message.loadUnaligned(fromByteOffset: 1, as: UInt32.self)))
    guard length <= plainMaximum else { return .failure(.damaged("a frame of more than 1 GiB")) }
    let contents = UnsafeRawBufferPointer(rebasing: message[headerSize...])
    switch message[0] {
    case 0:
      guard contents.count == length else { return .failure(.damaged("a plain frame of another length")) }
      return .success(Bytes([UInt8](contents)))
    case 1:
      let plain = [UInt8](unsafeUninitializedCapacity: length) { target, initialized in
        let size = ZSTD_decompressDCtx(
          firedrill_thread_decompressor(), target.baseAddress, length, contents.baseAddress, contents.count)
        initialized = ZSTD_isError(size) == 0 ? size : 0
      }
      guard plain.count == length else { return .failure(.damaged("a frame that does not decompress")) }
      return .success(Bytes(plain))
    case let method: return .failure(.damaged("a frame of unknown method \(method)"))
    }
  }
}
