/// A value behind a reference: what holds it is moved and copied at once, and a change to one copy leaves the others alone.
public struct CopyOnWrite<Value: Sendable>: Sendable {
  /// Changed only while nobody else refers to it, so that threads may share it and no access to it can overlap another. The
  /// value lies behind a pointer, so that to look at a part of it copies nothing.
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
