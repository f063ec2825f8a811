import Glibc

/// An immutable run of bytes that may share memory with others. Indices begin at 0.
///
/// Copying and slicing take constant time and copy nothing, so a page of a volume can be a part of the block that
/// was read, and a thousand branches of a world can hold the same page.
public struct Bytes: Sendable {
  public let slice: ArraySlice<UInt8>

  @inlinable public init(_ array: [UInt8]) { slice = array[...] }
  @inlinable public init(_ slice: ArraySlice<UInt8>) { self.slice = slice }
  public init() { slice = [] }
  public init(repeating byte: UInt8, count: Int) { slice = [UInt8](repeating: byte, count: count)[...] }
  /// Returns zeros. Up to 1 MiB, they share one memory.
  public static func zeros(_ count: Int) -> Bytes {
    count <= sharedZeros.count ? sharedZeros[0..<count] : Bytes(repeating: 0, count: count)
  }

  private static let sharedZeros = Bytes(repeating: 0, count: 1 << 20)

  /// Whether the bytes are part of the shared zeros, judged by their address alone.
  var areSharedZeros: Bool {
    let start = Self.sharedZeros.identity
    return identity >= start && identity + UInt(count) <= start + UInt(Self.sharedZeros.count)
  }

  public init(utf8 text: String) { slice = Array(text.utf8)[...] }

  @inlinable public var count: Int { slice.count }
  @inlinable public var isEmpty: Bool { slice.isEmpty }
  @inlinable public subscript(index: Int) -> UInt8 { slice[slice.startIndex + index] }

  /// The bytes at `range`, sharing memory. The range must be within `0 ..< count`.
  @inlinable
  public subscript(range: Range<Int>) -> Bytes {
    Bytes(slice[(slice.startIndex + range.lowerBound)..<(slice.startIndex + range.upperBound)])
  }

  @inlinable
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try slice.withUnsafeBytes(body)
  }

  /// Whether every byte is zero, as in an empty run.
  public var isZero: Bool {
    withUnsafeBytes { raw in
      var index = 0
      while index + 8 <= raw.count {
        if raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) != 0 { return false }
        index += 8
        // Most other bytes have differed by now, and shared zeros need not be read on.
        if index == 64, areSharedZeros { return true }
      }
      while index < raw.count {
        if raw[index] != 0 { return false }
        index += 1
      }
      return true
    }
  }

  /// The address of the bytes. Equal identities with equal counts mean the same bytes.
  @inlinable
  public var identity: UInt { withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
}

extension Bytes: Hashable {
  public static func == (a: Bytes, b: Bytes) -> Bool {
    guard a.count == b.count, a.identity != b.identity else { return a.count == b.count }
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        guard let left = a.baseAddress, let right = b.baseAddress else { return true }
        return memcmp(left, right, a.count) == 0
      }
    }
  }

  public func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }
}
