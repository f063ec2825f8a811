import Units

/// What one unit of something costs, in billionths of the currency's major unit: list prices have many digits.
public struct UnitPrice: Hashable, Sendable, CustomStringConvertible {
  /// Billionths of the major unit (of a euro, a dollar).
  public let billionths: Int64
  public let unit: BillingUnit

  package init(billionths: Int64, per unit: BillingUnit) {
    self.billionths = billionths
    self.unit = unit
  }

  /// `0.023 per GiB month`.
  public var description: String { "\(amount) per \(unit.rawValue)" }

  /// The exact decimal in major units.
  public var amount: String { Ratio(billionths: billionths).decimal }

  /// What is charged after a discount, to the nearest billionth.
  public func discounted(by share: Ratio) -> UnitPrice {
    let charged = Int128(billionths) * Int128(1_000_000_000 - share.billionths)
    return UnitPrice(billionths: Int64(charged.roundedQuotient(1_000_000_000)), per: unit)
  }

  /// Quantity times price, in minor units, rounded once, half away from zero.
  ///
  /// - Parameter quantity: in the unit's measure.
  public func cost(of quantity: Int64, in currency: Currency) -> Money {
    let exact = (Int128(quantity) * Int128(billionths)).roundedQuotient(Int128(unit.size) * 10_000_000)
    return Money(minorUnits: Int64(clamping: exact), currency: currency)
  }
}

/// What a quantity counts: the whole numbers that a run meters.
public enum Measure: String, CaseIterable, Hashable, Sendable {
  /// A mebibyte that is held for an hour.
  case mebibyteHours = "MiB h"
  case bytes = "B"
  case requests = "requests"
  /// Seconds of a host, a licence, a person or a fixed service.
  case seconds = "s"
}

/// What a price is for; a month is 730 hours, as cloud providers bill it.
public enum BillingUnit: String, CaseIterable, Hashable, Sendable {
  case gibibyteMonth = "GiB month"
  case gibibyteHour = "GiB hour"
  case gibibyte = "GiB"
  case thousandRequests = "1000 requests"
  case millionRequests = "1000000 requests"
  case hour
  case month
  case year

  /// What is counted to reach the unit.
  public var measure: Measure {
    switch self {
    case .gibibyteMonth, .gibibyteHour: .mebibyteHours
    case .gibibyte: .bytes
    case .thousandRequests, .millionRequests: .requests
    case .hour, .month, .year: .seconds
    }
  }

  /// How many of the measure make one unit.
  public var size: Int64 {
    switch self {
    case .gibibyteMonth: 1_024 * 730
    case .gibibyteHour: 1_024
    case .gibibyte: 1 << 30
    case .thousandRequests: 1_000
    case .millionRequests: 1_000_000
    case .hour: 3_600
    case .month: 730 * 3_600
    case .year: 8_760 * 3_600
    }
  }
}

extension Ratio {
  /// A plain decimal number without trailing zeros.
  var decimal: String {
    let whole = billionths.magnitude / 1_000_000_000
    var fraction = String(billionths.magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return (billionths < 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }
}
