import Units

/// The kind of a cost.
public enum CostComponent: String, CaseIterable, Hashable, Sendable {
  case compute
  case storage
  case requests
  case traffic
  case licences
  case staff
  case fixed
}

/// The occasion of a cost: normal operation, an exercise, a recovery or a failback.
public enum CostState: String, CaseIterable, Hashable, Sendable {
  case steady
  case drill
  case disaster
  case failback
}

/// A metered quantity at full size.
public struct Usage: Hashable, Sendable {
  public var component: CostComponent
  /// The vault, link, host or organisation that used the quantity.
  public var subject: String
  /// The name of the item in the price book.
  public var item: String
  public var measure: Measure
  /// The quantity in whole measures.
  public var quantity: Int64

  package init(
    _ component: CostComponent, of subject: String, item: String, _ measure: Measure, _ quantity: Int64
  ) {
    self.component = component
    self.subject = subject
    self.item = item
    self.measure = measure
    self.quantity = quantity
  }

  /// Returns the quantity times a fraction, to the nearest whole number.
  package func times(_ numerator: Int128, per denominator: Int128) -> Usage {
    var usage = self
    usage.quantity = Int64(clamping: (Int128(quantity) * numerator).roundedQuotient(denominator))
    return usage
  }
}

extension [Usage] {
  /// The usages summed by subject and item, without empty ones.
  package var merged: [Usage] {
    var merged: [Usage] = []
    for usage in self where usage.quantity != 0 {
      if let place = merged.firstIndex(where: { $0.subject == usage.subject && $0.item == usage.item }) {
        merged[place].quantity += usage.quantity
      } else {
        merged.append(usage)
      }
    }
    return merged
  }
}
