/// Writes values as bytes by position, without names or types. A decoder must know the type.
///
/// Whole numbers take as many bytes as they need (zigzag, seven bits a byte). Texts have their length and
/// UTF-8, lists the number of items in four bytes, optional values one byte more. An enumeration is written
/// as the name of its case.
package final class PositionalEncoder: Encoder {
  private(set) var bytes: [UInt8] = []
  package let codingPath: [any CodingKey] = []
  package let userInfo: [CodingUserInfoKey: Any] = [:]

  /// The bytes of a value.
  package static func bytes(of value: some Encodable) -> [UInt8] {
    let encoder = PositionalEncoder()
    do {
      try value.encode(to: encoder)
    } catch {
      preconditionFailure("a value of a shard can be written: \(error)")
    }
    return encoder.bytes
  }

  package func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(Fields<Key>(encoder: self))
  }

  package func unkeyedContainer() -> any UnkeyedEncodingContainer { Items(self) }

  package func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  // MARK: Bytes

  package func write(byte: UInt8) { bytes.append(byte) }

  package func write(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package func write(_ text: String) {
    write(Int64(text.utf8.count))
    bytes += text.utf8
  }

  /// Reserves space for the number of items and returns its place.
  fileprivate func beginList() -> Int {
    bytes += [0, 0, 0, 0]
    return bytes.count - 4
  }

  fileprivate func set(count: Int, at place: Int) {
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte)) }
  }
}

/// The fields of a structure, or the case of an enumeration.
private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: PositionalEncoder
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil(forKey key: Key) { encoder.write(byte: 0) }
  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try value.encode(to: encoder)
  }
  mutating func encode(_ value: Int128, forKey key: Key) throws { try value.encode(to: encoder) }
  mutating func encode(_ value: UInt128, forKey key: Key) throws { try value.encode(to: encoder) }

  private func write<Value: Encodable>(_ value: Value?) throws {
    encoder.write(byte: value == nil ? 0 : 1)
    try value?.encode(to: encoder)
  }

  mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    try write(value)
  }
  // The protocol has implementations of its own for these types, which write nothing for `nil`.
  mutating func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: String?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: Int128?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try write(value) }
  mutating func encodeIfPresent(_ value: UInt128?, forKey key: Key) throws { try write(value) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    encoder.write(key.stringValue)
    return encoder.container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { encoder }
  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder }
}

/// The items of a list.
private struct Items: UnkeyedEncodingContainer {
  private let encoder: PositionalEncoder
  private let place: Int
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(_ encoder: PositionalEncoder) {
    self.encoder = encoder
    place = encoder.beginList()
  }

  private mutating func countOne() {
    count += 1
    encoder.set(count: count, at: place)
  }

  mutating func encodeNil() {
    countOne()
    encoder.write(byte: 0)
  }
  mutating func encode<Value: Encodable>(_ value: Value) throws {
    countOne()
    try value.encode(to: encoder)
  }
  mutating func encode(_ value: Int128) throws {
    countOne()
    try value.encode(to: encoder)
  }
  mutating func encode(_ value: UInt128) throws {
    countOne()
    try value.encode(to: encoder)
  }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    countOne()
    return encoder.container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    countOne()
    return encoder.unkeyedContainer()
  }
  mutating func superEncoder() -> any Encoder { encoder }
}

/// A single value.
private struct Single: SingleValueEncodingContainer {
  let encoder: PositionalEncoder
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { encoder.write(byte: 0) }
  mutating func encode(_ value: Bool) { encoder.write(byte: value ? 1 : 0) }
  mutating func encode(_ value: String) { encoder.write(value) }
  mutating func encode(_ value: Double) { encoder.write(Int64(bitPattern: value.bitPattern)) }
  mutating func encode(_ value: Float) { encoder.write(Int64(value.bitPattern)) }
  mutating func encode(_ value: Int) { encoder.write(Int64(value)) }
  mutating func encode(_ value: Int8) { encoder.write(Int64(value)) }
  mutating func encode(_ value: Int16) { encoder.write(Int64(value)) }
  mutating func encode(_ value: Int32) { encoder.write(Int64(value)) }
  mutating func encode(_ value: Int64) { encoder.write(value) }
  mutating func encode(_ value: UInt) { encoder.write(Int64(bitPattern: UInt64(value))) }
  mutating func encode(_ value: UInt8) { encoder.write(Int64(value)) }
  mutating func encode(_ value: UInt16) { encoder.write(Int64(value)) }
  mutating func encode(_ value: UInt32) { encoder.write(Int64(value)) }
  mutating func encode(_ value: UInt64) { encoder.write(Int64(bitPattern: value)) }
  mutating func encode(_ value: Int128) {
    encoder.write(Int64(truncatingIfNeeded: value >> 64))
    encoder.write(Int64(truncatingIfNeeded: value))
  }
  mutating func encode(_ value: UInt128) { encode(Int128(bitPattern: value)) }
  mutating func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: encoder) }
}
