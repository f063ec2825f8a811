/// The index of an entity in its blueprint's list, with one type per kind to prevent mix-ups.
public protocol Identifier: Hashable, Comparable, Sendable {
  var index: Int { get }
  init(_ index: Int)
}

extension Identifier {
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

@frozen
public struct SiteID: Codable, Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct DeviceID: Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct LinkID: Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct HostID: Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct ServiceID: Codable, Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct VolumeID: Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

@frozen
public struct VaultID: Codable, Identifier {
  public let index: Int
  @inlinable public init(_ index: Int) { self.index = index }
}

extension Array {
  /// The element with this identifier. The accessor is always inlined, so that reading a part of an element
  /// copies only that part.
  @inlinable
  public subscript(id: some Identifier) -> Element {
    @inline(__always) get { self[id.index] }
    @inline(__always) _modify { yield &self[id.index] }
  }
}
