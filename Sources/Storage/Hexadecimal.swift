extension UInt64 {
  /// Parses 16 hexadecimal digits; `nil` for anything else.
  @inlinable
  public init?(hexadecimal digits: some Sequence<UInt8>) {
    var value: UInt64 = 0
    var count = 0
    for digit in digits {
      switch digit {
      case 48...57: value = value << 4 | UInt64(digit - 48)
      case 97...102: value = value << 4 | UInt64(digit - 87)
      default: return nil
      }
      count += 1
    }
    guard count == 16 else { return nil }
    self = value
  }
}

extension String {
  /// Formats words as 16 lower-case hexadecimal digits each, after a prefix.
  public init(_ prefix: String = "", hexadecimal words: UInt64...) {
    let prefix = prefix.utf8
    self.init(unsafeUninitializedCapacity: prefix.count + 16 * words.count) { target in
      var count = 0
      for byte in prefix {
        target[count] = byte
        count += 1
      }
      for word in words {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
          let digit = UInt8(word >> shift & 15)
          target[count] = digit < 10 ? 48 + digit : 87 + digit
          count += 1
        }
      }
      return count
    }
  }
}
