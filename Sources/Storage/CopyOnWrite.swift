/// A large value behind a reference: to move it is cheap, to look at a part of it too, and a copy is shared until one of the
/// two changes.
public struct CopyOnWrite<Value: Sendable>: Sendable {
  /// Changed only while nobody else refers to it, so that threads may share it and no access to it can overlap another.
  @usableFromInline
  final class Box: @unchecked Sendable {
    @exclusivity(unchecked) @usableFromInline var value: Value

    @inlinable
    init(_ value: Value) { self.value = value }
  }

  @usableFromInline var box: Box

  @inlinable
  public init(_ value: Value) { box = Box(value) }

  @inlinable
  public var value: Value {
    _read { yield box.value }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
      yield &box.value
    }
  }
}
