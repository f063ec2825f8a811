/// A large value behind a reference: to move it is cheap, and a copy is shared until one of the two changes.
package struct CopyOnWrite<Value: Sendable>: Sendable {
  /// Exactly one.
  @usableFromInline package var storage: [Value]

  @inlinable package init(_ value: Value) { storage = [value] }

  @inlinable package var value: Value {
    _read { yield storage[0] }
    _modify { yield &storage[0] }
  }
}
