import Estate
import Testing

/// A failed expectation tells all that went into it, and of a world that would be every page of every volume: minutes of
/// text that hide which test it was.
extension World: CustomReflectable, CustomTestStringConvertible {
  public var customMirror: Mirror { Mirror(self, children: []) }
  public var testDescription: String { "the world at \(now)" }
}
