import Storage

/// The header of 48 bytes at the beginning of every object of a vault. Byte table: <doc:VaultFormat>.
package struct ObjectHeader: Hashable, Sendable {
  static let size = 48
  static let version: UInt8 = 1
  private static let magic: UInt32 = 0x4C52_4446

  let kind: ObjectKind
  let check: UInt64
  let salt: JobSalt

  init(_ kind: ObjectKind, key: JobKey) {
    self.kind = kind
    check = key.check
    salt = key.salt
  }

  package init(_ bytes: Bytes) throws(JobFailure) {
    var reader = ByteReader(bytes)
    guard try reader.read(UInt32.self) == Self.magic else { throw .damaged("no object of a vault") }
    let version: UInt8 = try reader.read()
    guard version <= Self.version else { throw .unsupportedVersion(Int(version)) }
    let kind = ObjectKind(rawValue: try reader.read())
    guard let kind, version == Self.version, try reader.read(UInt16.self) == 0 else {
      throw .damaged("an object of unknown kind")
    }
    self.kind = kind
    check = try reader.read()
    salt = JobSalt(try reader.readDigest())
  }

  var bytes: [UInt8] {
    var writer = ByteWriter(capacity: Self.size)
    writer.write(Self.magic)
    writer.write(Self.version)
    writer.write(kind.rawValue)
    writer.write(UInt16(0))
    writer.write(check)
    writer.write(salt.digest)
    return writer.bytes
  }

  /// Returns the key of the job that wrote the object; throws `wrongKey` if the master key is another.
  func key(_ master: MasterKey) throws(JobFailure) -> JobKey {
    let key = master.derive(salt)
    guard key.check == check else { throw .wrongKey }
    return key
  }
}

/// An object with a header and one frame, bound to its key in the store.
package enum SealedObject {
  private static let level: Int32 = 3

  static func seal(
    _ contents: [UInt8], _ kind: ObjectKind, as name: ObjectKey, key: JobKey, number: UInt64
  ) -> Bytes {
    let header = ObjectHeader(kind, key: key).bytes
    let binding = header + name.name.utf8
    return Bytes(
      header + Frame.seal(Bytes(contents), key: key, number: number, binding: binding, level: level))
  }

  /// Returns the contents and kind of an object that was stored under `name`.
  package static func open(_ bytes: Bytes, as name: ObjectKey, key master: MasterKey) throws(JobFailure) -> (
    kind: ObjectKind, contents: Bytes
  ) {
    let header = try ObjectHeader(bytes)
    let binding = header.bytes + name.name.utf8
    let frame = bytes[ObjectHeader.size..<bytes.count]
    return (header.kind, try Frame.open(frame, key: try header.key(master), binding: binding))
  }

  /// Returns the contents of an object that must be of one kind.
  static func open(
    _ bytes: Bytes, _ kind: ObjectKind, as name: ObjectKey, key: MasterKey
  ) throws(JobFailure) -> Bytes {
    let object = try open(bytes, as: name, key: key)
    guard object.kind == kind else { throw .damaged("\(name) is of another kind") }
    return object.contents
  }
}
