/// Remembers a value for each run of bytes that it has seen, found by the place of the bytes in memory.
///
/// The bytes are kept alive, so that others cannot take their place. What was not asked for lately is forgotten: there
/// are two generations, and when the younger is full it becomes the older, whose entries go.
public struct ByteMemory<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let bytes: Bytes
    let value: Value
  }

  private var younger: [UInt: Entry] = [:]
  private var older: [UInt: Entry] = [:]
  private let generationMaximum: Int

  /// - Parameter entries: how many are remembered for certain; at most twice as many are.
  public init(entries: Int) { generationMaximum = entries }

  /// What is remembered of these bytes. Complexity: O(1).
  public mutating func value(for bytes: Bytes) -> Value? {
    let place = bytes.identity
    if let entry = younger[place] { return entry.bytes.count == bytes.count ? entry.value : nil }
    guard let entry = older[place], entry.bytes.count == bytes.count else { return nil }
    insert(entry, place)
    return entry.value
  }

  public mutating func remember(_ value: Value, for bytes: Bytes) {
    insert(Entry(bytes: bytes, value: value), bytes.identity)
  }

  private mutating func insert(_ entry: Entry, _ place: UInt) {
    if younger.count >= generationMaximum {
      older = younger
      younger = [:]
    }
    younger[place] = entry
  }
}
