import Glibc

/// A path as the system knows it: bytes in no particular encoding, none of them 0.
public struct FilePath: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) { self.bytes = bytes }
  public init(_ text: String) { bytes = Array(text.utf8) }

  func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
      for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
      buffer[bytes.count] = 0
      guard let base = buffer.baseAddress else { preconditionFailure("room for one byte") }
      return body(base)
    }
  }

  static func / (path: FilePath, name: [UInt8]) -> FilePath {
    if path.bytes.isEmpty { return FilePath(bytes: name) }
    if name.isEmpty { return path }
    return FilePath(
      bytes: path.bytes + (path.bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name)
  }

  static func / (path: FilePath, name: String) -> FilePath { path / Array(name.utf8) }

  /// For people: what is no UTF-8, and control characters, as `\xHH`.
  public var description: String {
    if let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: { $0.value < 32 })
    {
      return text
    }
    var text = ""
    for byte in bytes {
      if byte >= 32, byte < 127 {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }

  /// The absolute path without symbolic links; `nil` when there is nothing.
  public var resolved: FilePath? {
    guard let pointer = withCString({ realpath($0, nil) }) else { return nil }
    defer { free(pointer) }
    return FilePath(
      bytes: Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer))).map { UInt8(bitPattern: $0) })
  }
}
