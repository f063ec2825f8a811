import Units

/// What is paid for, by kind.
public enum CostComponent: String, CaseIterable, Hashable, Sendable {
  case compute
  case storage
  case requests
  case traffic
  case licences
  case staff
  case fixed
}

/// When it is paid: while nothing happens, when a recovery is practised, when it is carried out, on the way back.
public enum CostState: String, CaseIterable, Hashable, Sendable {
  case steady
  case drill
  case disaster
  case failback
}

/// So much of something, as it was metered, at full size.
public struct Usage: Hashable, Sendable {
  public var component: CostComponent
  /// Which vault, link, host or organisation used it.
  public var subject: String
  /// The price book's name of what was used.
  public var item: String
  public var measure: Measure
  /// Whole numbers of the measure.
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

  /// The quantity times a fraction, to the nearest whole one.
  func times(_ numerator: Int128, per denominator: Int128) -> Usage {
    var usage = self
    usage.quantity = Int64(clamping: (Int128(quantity) * numerator).roundedQuotient(denominator))
    return usage
  }
}

extension [Usage] {
  /// Without what was not used, and one of each subject and item.
  var merged: [Usage] {
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
