import Storage
import Units

extension Entry {
  func encode(into writer: inout FieldWriter) {
    writer.write(kind.rawValue)
    writer.write(position)
    writer.write(number)
    writer.write(volume)
    writer.write(offset.bytes)
    writer.write(instant.nanoseconds)
    writer.write(UInt32(bytes.count))
    writer.write(bytes)
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    guard let kind = Kind(rawValue: try reader.read()) else { throw .malformed }
    self.kind = kind
    position = try reader.read()
    number = try reader.read()
    volume = try reader.read()
    offset = ByteCount(try reader.read(Int64.self))
    instant = Instant(nanoseconds: try reader.read())
    bytes = try reader.readBytes(Int(try reader.read(UInt32.self)))
    nominalSize = ByteCount(bytes.count)
  }
}

extension LogRecord {
  func encode(into writer: inout FieldWriter) {
    writer.write(first)
    writer.write(last)
    writer.write(checksum)
    writer.write(UInt32(bytes.count))
    writer.write(bytes)
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    let first: UInt64 = try reader.read()
    let last: UInt64 = try reader.read()
    let checksum: UInt64 = try reader.read()
    let bytes = try reader.readBytes(Int(try reader.read(UInt32.self)))
    self.init(first: first, last: last, bytes: bytes, checksum: checksum)
  }
}

extension Progress {
  func encode(into writer: inout FieldWriter) {
    writer.write(received)
    writer.write(durable)
    writer.write(applied)
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    self.init(received: try reader.read(), durable: try reader.read(), applied: try reader.read())
  }
}

extension Generations {
  var encodedSize: Int { 8 + 1 + 8 * bases.count + 1 + 8 * history.count }

  func encode(into writer: inout FieldWriter) {
    writer.write(current.bits)
    writer.write(UInt8(bases.count))
    for generation in bases { writer.write(generation.bits) }
    writer.write(UInt8(history.count))
    for generation in history { writer.write(generation.bits) }
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    self.init(current: Generation(bits: try reader.read()))
    bases = try Self.readList(&reader, maximum: Self.basesMaximum)
    history = try Self.readList(&reader, maximum: Self.historyMaximum)
  }

  private static func readList(_ reader: inout FieldReader, maximum: Int) throws(Refusal) -> [Generation] {
    let count = Int(try reader.read(UInt8.self))
    guard count <= maximum else { throw .malformed }
    var list: [Generation] = []
    for _ in 0..<count { list.append(Generation(bits: try reader.read())) }
    return list
  }
}

extension PageSet {
  var encodedSize: Int { 5 + 8 * bitmap.count }

  func encode(into writer: inout FieldWriter) {
    writer.write(UInt32(pageCount))
    writer.write(UInt8(isEmpty ? 0 : 1))
    for word in bitmap { writer.write(word) }
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    let pageCount = Int(try reader.read(UInt32.self))
    guard try reader.readFlag() else {
      self.init(pageCount: pageCount)
      return
    }
    let count = Self.wordCount(pages: pageCount)
    guard count <= reader.remaining / 8 else { throw .truncated }
    var words: [UInt64] = []
    words.reserveCapacity(count)
    for _ in 0..<count { words.append(try reader.read()) }
    if pageCount % 64 != 0, let last = words.last, last >> UInt64(pageCount % 64) != 0 { throw .malformed }
    self.init(pageCount: pageCount, words: words)
  }
}

extension Greeting {
  var encodedSize: Int { generations.encodedSize + 1 + 24 + 4 + marks.reduce(0) { $0 + $1.encodedSize } }

  func encode(into writer: inout FieldWriter) {
    generations.encode(into: &writer)
    writer.write(disk.rawValue)
    progress.encode(into: &writer)
    writer.write(UInt32(marks.count))
    for set in marks { set.encode(into: &writer) }
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    generations = try Generations(from: &reader)
    guard let disk = DiskState(rawValue: try reader.read()) else { throw .malformed }
    self.disk = disk
    progress = try Progress(from: &reader)
    marks = try reader.readList(elementMinimum: 5) { (reader) throws(Refusal) in try PageSet(from: &reader) }
  }
}

extension Refusal {
  private var code: (UInt8, UInt64) {
    switch self {
    case .truncated: (1, 0)
    case .damaged: (2, 0)
    case .malformed: (3, 0)
    case .otherVersion(let version): (4, UInt64(version))
    case .otherGroup(let group): (5, UInt64(group))
    case .olderTerm(let term): (6, term)
    case .otherSession: (7, 0)
    case .replayed: (8, 0)
    case .gap(let position): (9, position)
    case .duplicate: (10, 0)
    case .outOfPlace: (11, 0)
    case .outsideVolume: (12, 0)
    case .splitBrain: (13, 0)
    case .unrelated: (14, 0)
    case .notConsistent(let disk): (15, UInt64(disk.rawValue))
    case .termNotNewer(let term): (16, term)
    case .noSuchPoint: (17, 0)
    case .notNow: (18, 0)
    }
  }

  func encode(into writer: inout FieldWriter) {
    writer.write(code.0)
    writer.write(code.1)
  }

  init(from reader: inout FieldReader) throws(Refusal) {
    let kind: UInt8 = try reader.read()
    let value: UInt64 = try reader.read()
    let known = Self.all(carrying: value)
    guard let place = known.firstIndex(where: { $0?.code.0 == kind }), let refusal = known[place] else {
      throw .malformed
    }
    self = refusal
  }

  /// Returns every refusal, with `value` for those that have one; `nil` where the value is out of range.
  private static func all(carrying value: UInt64) -> [Refusal?] {
    [
      .truncated, .damaged, .malformed, UInt16(exactly: value).map { .otherVersion($0) },
      UInt32(exactly: value).map { .otherGroup($0) }, .olderTerm(value), .otherSession, .replayed,
      .gap(after: value), .duplicate, .outOfPlace, .outsideVolume, .splitBrain, .unrelated,
      UInt8(exactly: value).flatMap(DiskState.init).map { .notConsistent($0) }, .termNotNewer(value),
      .noSuchPoint, .notNow,
    ]
  }
}
