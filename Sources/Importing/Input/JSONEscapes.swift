/// The escapes of JSON strings after RFC 8259.
enum JSONEscapes {
  /// Returns the text of a string. Lone surrogates and unknown escapes become U+FFFD.
  static func resolved(_ bytes: ArraySlice<UInt8>) -> String {
    var units: [UInt16] = []
    var plain: [UInt8] = []
    var index = bytes.startIndex
    func flush() {
      units += Array(String(decoding: plain, as: UTF8.self).utf16)
      plain.removeAll()
    }
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
        plain.append(bytes[index])
        index += 1
        continue
      }
      let escape = bytes[index + 1]
      if escape == UInt8(ascii: "u"), index + 5 < bytes.endIndex,
        let unit = UInt16(String(decoding: bytes[(index + 2)...(index + 5)], as: UTF8.self), radix: 16)
      {
        flush()
        units.append(unit)
        index += 6
      } else {
        plain += simple(escape)
        index += 2
      }
    }
    flush()
    return String(decoding: units, as: UTF16.self)
  }

  private static func simple(_ escape: UInt8) -> [UInt8] {
    switch escape {
    case UInt8(ascii: "n"): [0x0A]
    case UInt8(ascii: "t"): [0x09]
    case UInt8(ascii: "r"): [0x0D]
    case UInt8(ascii: "b"): [0x08]
    case UInt8(ascii: "f"): [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): [escape]
    default: Array("\u{FFFD}".utf8)
    }
  }
}
