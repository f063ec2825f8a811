/// Reads values from the bytes that a `PositionalEncoder` wrote.
package final class PositionalDecoder: Decoder {
  /// The error for bytes that hold no value of the type.
  package struct Damage: Error {}

  private let bytes: [UInt8]
  private var place: Int
  package let codingPath: [any CodingKey] = []
  package let userInfo: [CodingUserInfoKey: Any] = [:]

  private init(_ bytes: [UInt8], from place: Int) {
    self.bytes = bytes
    self.place = place
  }

  /// Decodes the value at a place; `nil` when the bytes hold none, or more than it.
  package static func value<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], at place: Int = 0
  ) -> Value? {
    let decoder = PositionalDecoder(bytes, from: place)
    guard let value = try? Value(from: decoder), decoder.place == bytes.count else { return nil }
    return value
  }

  package func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Fields<Key>(decoder: self))
  }

  package func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    Items(self, count: try readCount())
  }

  package func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  // MARK: Bytes

  package func readByte() throws -> UInt8 {
    guard place < bytes.count else { throw Damage() }
    place += 1
    return bytes[place - 1]
  }

  package func readFlag() throws -> Bool {
    let byte = try readByte()
    guard byte <= 1 else { throw Damage() }
    return byte == 1
  }

  package func readInteger() throws -> Int64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    while true {
      let byte = try readByte()
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw Damage() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { break }
      shift += 7
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  package func readInteger<Number: FixedWidthInteger>(as type: Number.Type) throws -> Number {
    guard let number = Number(exactly: try readInteger()) else { throw Damage() }
    return number
  }

  package func readText() throws -> String {
    let count = try readInteger(as: Int.self)
    guard count >= 0, count <= bytes.count - place else { throw Damage() }
    defer { place += count }
    return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
  }

  /// Returns the next text without consuming it.
  package func peekText() -> String? {
    let before = place
    defer { place = before }
    return try? readText()
  }

  private func readCount() throws -> Int {
    var count = 0
    for byte in 0..<4 { count |= Int(try readByte()) << (8 * byte) }
    // An item may take no byte at all, but no list of a shard has more of those than this.
    guard count <= max(bytes.count, 1 << 20) else { throw Damage() }
    return count
  }
}

private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: PositionalDecoder
  var codingPath: [any CodingKey] { [] }
  /// The case of an enumeration.
  var allKeys: [Key] { decoder.peekText().flatMap { Key(stringValue: $0) }.map { [$0] } ?? [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { try !decoder.readFlag() }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try Value(from: decoder)
  }
  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try Int128(from: decoder) }
  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try UInt128(from: decoder) }

  private func read<Value: Decodable>(_ type: Value.Type) throws -> Value? {
    try decoder.readFlag() ? try Value(from: decoder) : nil
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try read(type)
  }
  // The protocol has implementations of its own for these types, which read otherwise.
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try read(type) }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try read(type) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try read(type) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try read(type) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try read(type) }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try read(type) }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try read(type) }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try read(type) }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try read(type) }
  func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? { try read(type) }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try read(type) }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try read(type) }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try read(type) }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try read(type) }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try read(type) }
  func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? { try read(type) }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    guard try decoder.readText() == key.stringValue else { throw PositionalDecoder.Damage() }
    return decoder.container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.unkeyedContainer()
  }
  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey key: Key) -> any Decoder { decoder }
}

private struct Items: UnkeyedDecodingContainer {
  private let decoder: PositionalDecoder
  let count: Int?
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var isAtEnd: Bool { currentIndex >= count ?? 0 }

  init(_ decoder: PositionalDecoder, count: Int) {
    self.decoder = decoder
    self.count = count
  }

  private mutating func step() throws {
    guard !isAtEnd else { throw PositionalDecoder.Damage() }
    currentIndex += 1
  }

  mutating func decodeNil() throws -> Bool { false }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try step()
    return try Value(from: decoder)
  }
  mutating func decode(_ type: Int128.Type) throws -> Int128 {
    try step()
    return try Int128(from: decoder)
  }
  mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
    try step()
    return try UInt128(from: decoder)
  }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try step()
    return decoder.container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try step()
    return try decoder.unkeyedContainer()
  }
  mutating func superDecoder() -> any Decoder { decoder }
}

private struct Single: SingleValueDecodingContainer {
  let decoder: PositionalDecoder
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { false }
  func decode(_ type: Bool.Type) throws -> Bool { try decoder.readFlag() }
  func decode(_ type: String.Type) throws -> String { try decoder.readText() }
  func decode(_ type: Double.Type) throws -> Double {
    Double(bitPattern: UInt64(bitPattern: try decoder.readInteger()))
  }
  func decode(_ type: Float.Type) throws -> Float {
    Float(bitPattern: try decoder.readInteger(as: UInt32.self))
  }
  func decode(_ type: Int.Type) throws -> Int { try decoder.readInteger(as: type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try decoder.readInteger(as: type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try decoder.readInteger(as: type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try decoder.readInteger(as: type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try decoder.readInteger() }
  func decode(_ type: UInt.Type) throws -> UInt { UInt(UInt64(bitPattern: try decoder.readInteger())) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.readInteger(as: type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.readInteger(as: type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.readInteger(as: type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { UInt64(bitPattern: try decoder.readInteger()) }
  func decode(_ type: Int128.Type) throws -> Int128 {
    let high = Int128(try decoder.readInteger()) << 64
    return high | Int128(UInt64(bitPattern: try decoder.readInteger()))
  }
  func decode(_ type: UInt128.Type) throws -> UInt128 {
    UInt128(bitPattern: try decode(Int128.self))
  }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: decoder) }
}
