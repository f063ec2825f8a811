import Glibc

/// A path in the system's form: bytes without 0, in no particular encoding.
public struct FilePath: Hashable, Sendable, CustomStringConvertible {
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// Creates the path that a text names. Characters of `text(ofBytes:)` that stand for single bytes become those.
  public init(_ text: String) {
    guard Self.hasStandIns(text) else {
      bytes = Array(text.utf8)
      return
    }
    bytes = text.unicodeScalars.flatMap { scalar -> [UInt8] in
      let byte = UInt8(exactly: Int64(scalar.value) - Int64(Self.standInBase))
      return byte.map { $0 >= 0x80 ? [$0] : Array(String(scalar).utf8) } ?? Array(String(scalar).utf8)
    }
  }

  /// The characters from here on stand for bytes that are not UTF-8. They are the last ones for private use.
  private static let standInBase: UInt32 = 0x10FF00

  private static func hasStandIns(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.value >= standInBase + 0x80 }
  }

  /// Returns the text of some bytes. A character for private use stands for each byte of a text that is not UTF-8
  /// and is beyond ASCII.
  package static func text(ofBytes bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !hasStandIns(text) { return text }
    var text = String.UnicodeScalarView()
    for byte in bytes {
      if let scalar = Unicode.Scalar(byte < 0x80 ? UInt32(byte) : standInBase + UInt32(byte)) {
        text.append(scalar)
      }
    }
    return String(text)
  }

  package func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
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

  /// The path for people. Invalid UTF-8 and characters that terminals interpret or hide appear as `\xHH`.
  /// Distinct paths have distinct descriptions, because a backslash before such a sequence is escaped.
  public var description: String {
    let text = String(validating: bytes, as: UTF8.self)
    let isPlain = text.map { !$0.unicodeScalars.contains(where: Self.isHidden) } ?? false
    if isPlain, let text, !text.contains("\\x") { return text }
    var shown = ""
    for (index, byte) in bytes.enumerated() {
      let begins =
        byte == UInt8(ascii: "\\") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "x")
      if byte >= 32, byte < 127, !begins {
        shown.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        shown += "\\x" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return shown
  }

  /// Whether a character is a control, a line separator or a direction mark.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// The absolute path without symbolic links; `nil` when nothing exists there.
  public var resolved: FilePath? {
    guard let pointer = withCString({ realpath($0, nil) }) else { return nil }
    defer { free(pointer) }
    return FilePath(
      bytes: Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer))).map { UInt8(bitPattern: $0) })
  }
}
