/// A large value behind a reference: to move it is cheap, and a copy is shared until one of the two changes.
struct CopyOnWrite<Value: Sendable>: Sendable {
  /// Exactly one.
  private var storage: [Value]

  init(_ value: Value) { storage = [value] }

  var value: Value {
    _read { yield storage[0] }
    _modify { yield &storage[0] }
  }
}
