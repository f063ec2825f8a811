import Schedules
import Units

/// The parsing of times in the notations of tools.
struct Timestamp {
  /// The zone of times without one; `nil` refuses them.
  let zone: Zone?

  /// Parses `2026-11-29T06:30:44.900160075-05:00`, with `T` or a space, and with an offset, `Z` or neither.
  func instant(_ bytes: ArraySlice<UInt8>, offset: Int) throws(HistoryProblem) -> Instant {
    var reader = Digits(bytes)
    guard let year = reader.take(4), reader.skip("-"), let month = reader.take(2), reader.skip("-"),
      let day = reader.take(2), reader.skip("T") || reader.skip(" "), let hour = reader.take(2),
      reader.skip(":"),
      let minute = reader.take(2), (1...12).contains(month), (1_700...2_250).contains(year),
      (1...CivilTime.length(ofMonth: month, in: year)).contains(day), hour < 24, minute < 60
    else { throw failure(bytes, offset) }
    let second = reader.skip(":") ? reader.take(2) : 0
    guard let second, second <= 60 else { throw failure(bytes, offset) }
    let fraction = reader.skip(".") ? reader.fraction() : 0
    let days = CivilTime(year: year, month: month, day: day).daysSinceEpoch
    let local = days * 86_400 + hour * 3_600 + minute * 60 + min(second, 59)
    guard let shift = try shift(&reader, of: local, bytes, offset) else { throw failure(bytes, offset) }
    return Instant(nanoseconds: Int64(local - shift) * 1_000_000_000 + Int64(fraction))
  }

  private func shift(
    _ reader: inout Digits, of local: Int, _ bytes: ArraySlice<UInt8>, _ offset: Int
  ) throws(HistoryProblem) -> Int? {
    _ = reader.skip(" ")
    if reader.isAtEnd {
      guard let zone else { throw Self.zoneless(String(decoding: bytes, as: UTF8.self), offset) }
      let second = zone.seconds(showing: local).first ?? local - zone.offset(at: local)
      return local - second
    }
    if reader.skip("Z") { return reader.isAtEnd ? 0 : nil }
    let isWest = reader.skip("-")
    guard isWest || reader.skip("+"), let hours = reader.take(2) else { return nil }
    _ = reader.skip(":")
    let minutes = reader.isAtEnd ? 0 : reader.take(2)
    guard let minutes, reader.isAtEnd else { return nil }
    return (hours * 3_600 + minutes * 60) * (isWest ? -1 : 1)
  }

  static func zoneless(_ text: String, _ offset: Int) -> HistoryProblem {
    HistoryProblem(
      offset: offset, "'\(text)' is a local time without a zone",
      hint: "name the zone of the machine that wrote it, for example '--zone Europe/Lisbon'")
  }

  private func failure(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> HistoryProblem {
    HistoryProblem(
      offset: offset, "'\(String(decoding: bytes, as: UTF8.self))' is not a time",
      hint: "a time looks like '2026-11-29T06:30:44Z'")
  }
}

/// A reader of digits and the marks between them.
private struct Digits {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ mark: Character) -> Bool {
    guard let byte = rest.first, byte == mark.asciiValue else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func take(_ count: Int) -> Int? {
    guard rest.count >= count else { return nil }
    var value = 0
    for byte in rest.prefix(count) {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    rest = rest.dropFirst(count)
    return value
  }

  /// Reads a fraction of any length as nanoseconds.
  mutating func fraction() -> Int {
    var value = 0
    var unit = 100_000_000
    while let byte = rest.first, (48...57).contains(byte) {
      value += Int(byte - 48) * unit
      unit /= 10
      rest = rest.dropFirst()
    }
    return value
  }
}
