import Documents
import Schedules
import Units
import Zones

/// A file to import: its bytes as UTF-8 text, with the places of its lines.
final class InputText: Sendable {
  /// The path as given.
  let name: String
  /// The bytes in UTF-8 without a byte order mark.
  let bytes: [UInt8]
  /// The offsets of the lines' beginnings, ascending.
  private let lineStarts: [UInt32]

  /// - Parameter bytes: UTF-8, or UTF-16 with a byte order mark or recognisable by its zero bytes.
  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = Self.utf8(bytes)
    var starts: [UInt32] = [0]
    for (offset, byte) in self.bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(UInt32(offset) + 1)
    }
    lineStarts = starts
  }

  var lineCount: Int { lineStarts.count }

  /// Returns the text of a line by its number from 1, without its end.
  func line(_ number: Int) -> String {
    let start = Int(lineStarts[number - 1])
    var end = number < lineStarts.count ? Int(lineStarts[number]) - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// All lines with their numbers from 1.
  var lines: LazyMapCollection<ClosedRange<Int>, (number: Int, text: String)> {
    (1...lineCount).lazy.map { ($0, self.line($0)) }
  }

  /// The whole text.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Returns line and column from 1; the column counts bytes.
  func position(of offset: Int) -> (line: Int, column: Int) {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
    }
    return (low + 1, offset - Int(lineStarts[low]) + 1)
  }

  /// Returns the offset of a line and column from 1, as YAML parsers count them.
  func offset(ofLine line: Int, column: Int) -> Int {
    let start = Int(lineStarts[min(max(line, 1), lineStarts.count) - 1])
    return min(start + max(column, 1) - 1, bytes.count)
  }

  func origin(line: Int, column: Int = 1, _ subject: String = "") -> Origin {
    Origin(file: name, line: line, column: column, subject: subject)
  }

  func origin(offset: Int, _ subject: String = "") -> Origin {
    let (line, column) = position(of: offset)
    return origin(line: line, column: column, subject)
  }

  /// Returns an error at a place of this file.
  func failure(line: Int, column: Int = 1, _ message: String, hint: String) -> InputError {
    InputError(
      Diagnostic(
        file: name, line: line, column: column, lineText: self.line(line), message: message, hint: hint))
  }

  func failure(offset: Int, _ message: String, hint: String) -> InputError {
    let (line, column) = position(of: min(offset, bytes.count))
    return failure(line: line, column: column, message, hint: hint)
  }

  /// Returns an error at the first occurrence of `word` in a line.
  func failure(line: Int, at word: String, _ message: String, hint: String) -> InputError {
    let text = self.line(line)
    let column =
      text.ranges(of: word).first.map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
    return failure(line: line, column: column + 1, message, hint: hint)
  }

  /// Returns the name of a time zone in a line; throws where the IANA database does not have it.
  func zone(named name: String, line: Int) throws(InputError) -> String {
    do throws(QuantityError) { _ = try Zone(named: name) } catch {
      throw failure(line: line, at: name, error.problem, hint: error.hint)
    }
    return name
  }

  func failure(at origin: Origin, _ message: String, hint: String) -> InputError {
    failure(line: origin.line, column: origin.column, message, hint: hint)
  }
}

extension InputText {
  private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE]) { return transcoded(bytes.dropFirst(2), isLittleEndian: true) }
    if bytes.starts(with: [0xFE, 0xFF]) { return transcoded(bytes.dropFirst(2), isLittleEndian: false) }
    guard bytes.count >= 4 else { return bytes }
    if bytes[1] == 0, bytes[3] == 0, bytes[0] != 0 { return transcoded(bytes[...], isLittleEndian: true) }
    if bytes[0] == 0, bytes[2] == 0, bytes[1] != 0 { return transcoded(bytes[...], isLittleEndian: false) }
    return bytes
  }

  private static func transcoded(_ bytes: ArraySlice<UInt8>, isLittleEndian: Bool) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isLittleEndian ? second << 8 | first : first << 8 | second)
      index += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
