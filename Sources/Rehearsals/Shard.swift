import Units

/// One of several parts of a long computation. Each part can run on a machine of its own.
public struct Shard: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The number of the shard, from 1.
  public let number: Int
  public let count: Int

  /// - Parameter number: from 1 to `count`.
  public init(_ number: Int, of count: Int) {
    precondition(1...max(1, count) ~= number && count <= Self.countMaximum, "a shard is K of N")
    self.number = number
    self.count = count
  }

  public static let countMaximum = 10_000

  /// Reads `K/N`.
  public init(parsing text: String) throws(QuantityError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1], count >= 1,
      count <= Self.countMaximum, 1...count ~= number
    else {
      throw QuantityError(
        "'\(text)' is not a shard", hint: "write K/N with K from 1 to N, for example '3/64'")
    }
    (self.number, self.count) = (number, count)
  }

  public var description: String { "\(number)/\(count)" }

  /// Returns the shard's part of a range. All shards together cover each element once.
  public func range(of total: Int) -> Range<Int> {
    total * (number - 1) / count..<total * number / count
  }
}
