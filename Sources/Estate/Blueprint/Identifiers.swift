/// The place of an entity in its blueprint's list: one type per kind, so that they cannot be mixed up.
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
  /// The element that an identifier names. Always inlined, so that to look at a part of an element copies that part.
  @inlinable
  public subscript(id: some Identifier) -> Element {
    @inline(__always) get { self[id.index] }
    @inline(__always) _modify { yield &self[id.index] }
  }
}
