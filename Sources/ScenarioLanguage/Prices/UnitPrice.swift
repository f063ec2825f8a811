import Units

/// The price of one unit, in billionths of the currency's major unit. List prices have many digits.
public struct UnitPrice: Hashable, Sendable, CustomStringConvertible {
  /// The billionths of the major unit, such as a euro or a dollar.
  public let billionths: Int64
  public let unit: BillingUnit

  package init(billionths: Int64, per unit: BillingUnit) {
    self.billionths = billionths
    self.unit = unit
  }

  /// The price with its unit, as in `0.023 per GiB month`.
  public var description: String { "\(amount) per \(unit.rawValue)" }

  /// The exact decimal in major units.
  public var amount: String { Ratio(billionths: billionths).decimal }

  /// Returns the price after a discount, to the nearest billionth.
  public func discounted(by share: Ratio) -> UnitPrice {
    let charged = Int128(billionths) * Int128(1_000_000_000 - share.billionths)
    return UnitPrice(billionths: Int64(charged.roundedQuotient(1_000_000_000)), per: unit)
  }

  /// Returns quantity times price in minor units, rounded once, half away from zero.
  ///
  /// - Parameter quantity: in the unit's measure.
  public func cost(of quantity: Int64, in currency: Currency) -> Money {
    let exact = (Int128(quantity) * Int128(billionths)).roundedQuotient(Int128(unit.size) * 10_000_000)
    return Money(minorUnits: Int64(clamping: exact), currency: currency)
  }
}

/// The unit of a metered quantity, which is a whole number.
public enum Measure: String, CaseIterable, Hashable, Sendable {
  /// One mebibyte stored for one hour.
  case mebibyteHours = "MiB h"
  case bytes = "B"
  case requests = "requests"
  /// One second of a host, a licence, a person or a fixed service.
  case seconds = "s"
  case trips
}

/// The unit of a price. A month is 730 hours, as cloud providers bill it.
public enum BillingUnit: String, CaseIterable, Hashable, Sendable {
  case gibibyteMonth = "GiB month"
  case gibibyteHour = "GiB hour"
  case gibibyte = "GiB"
  case thousandRequests = "1000 requests"
  case millionRequests = "1000000 requests"
  case hour
  case month
  case year
  /// One trip of a courier, there or back.
  case trip

  /// The measure that the unit counts.
  public var measure: Measure {
    switch self {
    case .gibibyteMonth, .gibibyteHour: .mebibyteHours
    case .gibibyte: .bytes
    case .thousandRequests, .millionRequests: .requests
    case .hour, .month, .year: .seconds
    case .trip: .trips
    }
  }

  /// The number of measures in one unit.
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
    case .trip: 1
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
