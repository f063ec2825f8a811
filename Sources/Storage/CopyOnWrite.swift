/// A value behind a reference. Moves and copies are cheap, and a change to one copy leaves the others
/// unchanged.
public struct CopyOnWrite<Value: Sendable>: Sendable {
  /// The storage. It is changed only while uniquely referenced, so threads may share it without overlapping
  /// access. The value is behind a pointer, so reading a part copies nothing.
  @usableFromInline
  final class Box: @unchecked Sendable {
    @usableFromInline let place: UnsafeMutablePointer<Value>

    @inlinable
    init(_ value: Value) {
      place = .allocate(capacity: 1)
      place.initialize(to: value)
    }

    @inlinable
    deinit {
      place.deinitialize(count: 1)
      place.deallocate()
    }
  }

  @usableFromInline var box: Box

  @inlinable
  public init(_ value: Value) { box = Box(value) }

  @inlinable
  public var value: Value {
    _read { yield box.place.pointee }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.place.pointee) }
      yield &box.place.pointee
    }
  }
}
