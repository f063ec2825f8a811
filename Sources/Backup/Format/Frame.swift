import CZstd
import Crypto
import Storage

/// One sealed run of bytes: compressed when that helps, then encrypted and authenticated. Byte table: <doc:VaultFormat>.
enum Frame {
  static let overhead = 12 + 5 + 16
  /// No frame holds more; a length beyond it is damage.
  static let plainMaximum = 1 << 30

  /// Appends the frame of `plain` to `output`.
  static func seal(
    _ plain: Bytes, key: JobKey, number: UInt64, binding: [UInt8], level: Int32, into output: inout [UInt8]
  ) {
    precondition(plain.count <= plainMaximum, "a frame holds at most 1 GiB")
    let message = compress(plain, level: level)
    var nonceBytes = ByteWriter(capacity: 12)
    nonceBytes.write(number)
    nonceBytes.write(UInt32(0))
    do {
      let nonce = try AES.GCM.Nonce(data: nonceBytes.bytes)
      let box = try AES.GCM.seal(message, using: key.cipher, nonce: nonce, authenticating: binding)
      guard let combined = box.combined else { preconditionFailure("a nonce of 12 bytes combines") }
      output.append(contentsOf: combined)
    } catch {
      preconditionFailure("a 256-bit key and a 96-bit nonce always seal: \(error)")
    }
  }

  /// The plain bytes of a frame, or `damaged` when any bit of frame or binding is not as sealed.
  static func open(_ frame: Bytes, key: JobKey, binding: [UInt8]) throws(JobFailure) -> Bytes {
    guard frame.count >= overhead else { throw .damaged("a frame of \(frame.count) bytes") }
    let message: Bytes
    do {
      let box = try AES.GCM.SealedBox(combined: frame.slice)
      message = Bytes([UInt8](try AES.GCM.open(box, using: key.cipher, authenticating: binding)))
    } catch {
      throw .damaged("a frame that does not authenticate")
    }
    return try decompress(message)
  }

  /// Method, length and contents, in the shorter of the two methods.
  static func compress(_ plain: Bytes, level: Int32) -> [UInt8] {
    let header = 5
    return [UInt8](unsafeUninitializedCapacity: header + plain.count) { target, initialized in
      let raw = UnsafeMutableRawBufferPointer(target)
      raw.storeBytes(of: UInt32(plain.count).littleEndian, toByteOffset: 1, as: UInt32.self)
      plain.withUnsafeBytes { source in
        // The room is one byte short of the plain contents, so that zstd gives up when it cannot gain.
        let room = max(0, plain.count - 1)
        let size = ZSTD_compressCCtx(
          firedrill_thread_compressor(), raw.baseAddress.map { $0 + header }, room, source.baseAddress,
          source.count, level)
        let isSmaller = plain.count > 0 && ZSTD_isError(size) == 0
        raw[0] = isSmaller ? 1 : 0
        if !isSmaller { UnsafeMutableRawBufferPointer(rebasing: raw[header...]).copyMemory(from: source) }
        initialized = header + (isSmaller ? size : plain.count)
      }
    }
  }

  static func decompress(_ message: Bytes) throws(JobFailure) -> Bytes {
    var reader = ByteReader(message)
    let method: UInt8 = try reader.read()
    let length = Int(try reader.read(UInt32.self))
    let contents = try reader.readBytes(reader.remaining)
    guard length <= plainMaximum else { throw .damaged("a frame of more than 1 GiB") }
    switch method {
    case 0:
      guard contents.count == length else { throw .damaged("a plain frame of another length") }
      return contents
    case 1:
      var size = 0
      let plain = [UInt8](unsafeUninitializedCapacity: length) { target, initialized in
        contents.withUnsafeBytes { source in
          size = ZSTD_decompressDCtx(
            firedrill_thread_decompressor(), target.baseAddress, length, source.baseAddress, source.count)
        }
        initialized = ZSTD_isError(size) == 0 ? size : 0
      }
      guard plain.count == length else { throw .damaged("a frame that does not decompress") }
      return Bytes(plain)
    default: throw .damaged("a frame of unknown method \(method)")
    }
  }
}
