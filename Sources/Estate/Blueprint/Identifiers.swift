/// The place of an entity in its blueprint's list: one type per kind, so that they cannot be mixed up.
public protocol Identifier: Hashable, Comparable, Sendable {
  var index: Int { get }
  init(_ index: Int)
}

extension Identifier {
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

public struct SiteID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct DeviceID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct LinkID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct HostID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct ServiceID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct VolumeID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

public struct VaultID: Identifier {
  public let index: Int
  public init(_ index: Int) { self.index = index }
}

extension Array {
  /// The element that an identifier names.
  public subscript(id: some Identifier) -> Element {
    _read { yield self[id.index] }
    _modify { yield &self[id.index] }
  }
}
