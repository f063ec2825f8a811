import Storage
import Units

extension Message {
  /// The message as bytes. Byte table: <doc:MessageFormat>.
  public var encoded: Bytes {
    var writer = FieldWriter(capacity: Int(size.bytes))
    writer.write(Self.version)
    writer.write(group)
    writer.write(term)
    writer.write(session)
    writer.write(sequence)
    writer.write(body.kind)
    writer.write(UInt32(body.encodedSize))
    body.encode(into: &writer)
    writer.write(Checksum.of(Bytes(writer.bytes)))
    return Bytes(writer.bytes)
  }

  /// Decodes a message from untrusted bytes.
  public init(decoding bytes: Bytes) throws(Refusal) {
    var reader = FieldReader(bytes)
    guard bytes.count >= Self.overhead else { throw .truncated }
    let version: UInt16 = try reader.read()
    var end = FieldReader(bytes[(bytes.count - 8)..<bytes.count])
    guard try end.read() == Checksum.of(bytes[0..<(bytes.count - 8)]) else { throw .damaged }
    guard version == Self.version else { throw .otherVersion(version) }
    let group: UInt32 = try reader.read()
    let term: UInt64 = try reader.read()
    let session: UInt64 = try reader.read()
    let sequence: UInt64 = try reader.read()
    let kind: UInt8 = try reader.read()
    let length: UInt32 = try reader.read()
    guard Int(length) == bytes.count - Self.overhead else { throw .truncated }
    let body = try Body(kind: kind, from: &reader)
    guard reader.remaining == 8 else { throw .malformed }
    self.init(group: group, term: term, session: session, sequence: sequence, body: body)
  }
}

extension Message.Body {
  var kind: UInt8 {
    switch self {
    case .hello: 1
    case .greeting: 2
    case .plan: 3
    case .ready: 4
    case .entries: 5
    case .records: 6
    case .heartbeat: 7
    case .progress: 8
    case .refusal: 9
    case .versions: 10
    case .held: 11
    }
  }

  var encodedSize: Int {
    switch self {
    case .hello, .ready, .heartbeat, .held: 0
    case .greeting(let greeting): greeting.encodedSize
    case .plan(let plan): 10 + plan.generations.encodedSize
    case .entries(let entries): entries.reduce(4) { $0 + $1.encodedSize }
    case .records(let records): records.reduce(4) { $0 + 28 + $1.bytes.count }
    case .progress: 24
    case .versions(let versions): versions.reduce(4) { $0 + PageVersion.overhead + $1.bytes.count }
    case .refusal: 9
    }
  }

  func encode(into writer: inout FieldWriter) {
    switch self {
    case .hello, .ready, .heartbeat, .held: break
    case .greeting(let greeting): greeting.encode(into: &writer)
    case .plan(let plan):
      writer.write(plan.start)
      writer.write(UInt8(plan.isResync ? 1 : 0))
      writer.write(UInt8(plan.acknowledgesReceipt ? 1 : 0))
      plan.generations.encode(into: &writer)
    case .entries(let entries):
      writer.write(UInt32(entries.count))
      for entry in entries { entry.encode(into: &writer) }
    case .records(let records):
      writer.write(UInt32(records.count))
      for record in records { record.encode(into: &writer) }
    case .progress(let progress): progress.encode(into: &writer)
    case .versions(let versions):
      writer.write(UInt32(versions.count))
      for version in versions { version.encode(into: &writer) }
    case .refusal(let refusal): refusal.encode(into: &writer)
    }
  }

  init(kind: UInt8, from reader: inout FieldReader) throws(Refusal) {
    switch kind {
    case 1: self = .hello
    case 2: self = .greeting(try Greeting(from: &reader))
    case 3:
      let start: UInt64 = try reader.read()
      self = .plan(
        ConnectionPlan(
          start: start, isResync: try reader.readFlag(), generations: Generations(current: .blank),
          acknowledgesReceipt: try reader.readFlag()))
      guard case .plan(var plan) = self else { return }
      plan.generations = try Generations(from: &reader)
      self = .plan(plan)
    case 4: self = .ready
    case 5:
      self = .entries(
        try reader.readList(elementMinimum: Entry.overhead) { (reader) throws(Refusal) in
          try Entry(from: &reader)
        })
    case 6:
      self = .records(
        try reader.readList(elementMinimum: 28) { (reader) throws(Refusal) in try LogRecord(from: &reader) })
    case 7: self = .heartbeat
    case 8: self = .progress(try Progress(from: &reader))
    case 9: self = .refusal(try Refusal(from: &reader))
    case 10:
      self = .versions(
        try reader.readList(elementMinimum: PageVersion.overhead) { (reader) throws(Refusal) in
          try PageVersion(from: &reader)
        })
    case 11: self = .held
    default: throw .malformed
    }
  }
}
