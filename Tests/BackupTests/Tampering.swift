import Backup
import Storage
import Units

extension MemoryObjectStore {
  /// The store with one object's bytes changed behind the engine's back; `nil` removes it.
  func replacing(_ key: ObjectKey, _ change: ([UInt8]) -> [UInt8]?) -> MemoryObjectStore {
    var store = self
    guard let bytes = try? store.get(key, range: nil), let attributes = store.attributes(of: key) else {
      preconditionFailure("\(key) is there")
    }
    let date = attributes.lockedUntil ?? .epoch
    try? store.delete(key, if: nil, at: date)
    if let changed = change(Array(bytes.slice)) {
      _ = try? store.put(
        Bytes(changed), as: key, if: .absent, lockedUntil: attributes.lockedUntil,
        at: attributes.modified)
    }
    return store
  }

  func bytes(_ key: ObjectKey) -> [UInt8] { (try? get(key, range: nil)).map { Array($0.slice) } ?? [] }
}
