import Assessment
import Rehearsals
import ScenarioLanguage
import Units

extension Money {
  /// The amount for people, as in `USD 1,234.56`.
  var forReading: String {
    let cents = minorUnits.magnitude % 100
    return
      "\(currency) \(minorUnits < 0 ? "-" : "")\((minorUnits.magnitude / 100).grouped).\(cents < 10 ? "0" : "")\(cents)"
  }
}

extension Loss {
  var forReading: String {
    if case .money(let money) = self { money.forReading } else { Verdict.unrecoverable.name }
  }
}

extension Ratio {
  /// The ratio in percent with three digits, rounded once, half away from zero: `1.83 %`, `140 %`.
  var asPercent: String {
    let magnitude = Int128(billionths.magnitude)
    for places in [2, 1, 0] {
      let grain: Int128 = places == 2 ? 100_000 : places == 1 ? 1_000_000 : 10_000_000
      let rounded = (magnitude + grain / 2) / grain
      if rounded < 1_000 || places == 0 {
        return "\(decimal(UInt64(rounded), places: places, isNegative: billionths < 0)) %"
      }
    }
    return ""
  }
}

extension StrategyFamily {
  /// The word in reports.
  var reportName: String {
    switch self {
    case .backup: "backup"
    case .disasterRecovery: "disaster_recovery"
    case .activeActive: "active_active"
    }
  }

  var wording: String {
    switch self {
    case .backup: "backup"
    case .disasterRecovery: "DR"
    case .activeActive: "active-active"
    }
  }

  /// The purpose that Open Telekom Cloud's comparison states for the family.
  var purpose: String {
    switch self {
    case .backup: "against data loss"
    case .disasterRecovery: "continuity of service"
    case .activeActive: "no interruption"
    }
  }

  /// The denominator of the family's band.
  var denominatorWording: String {
    self == .activeActive
      ? "production's infrastructure (compute and storage) in a year" : "all that production costs in a year"
  }

  /// The share that the comparison states.
  var bandShare: String { self == .activeActive ? "100 %" : bandWording }

  var bandWording: String {
    switch self {
    case .backup: "1 to 2 %"
    case .disasterRecovery: "20 to 100 %"
    case .activeActive: "100 % of the infrastructure"
    }
  }
}

extension Usage {
  /// Returns the quantity for people, in the price's unit. A larger unit such as `1.83 TiB months` would hide
  /// the billed quantity.
  func forReading(per unit: BillingUnit) -> String {
    let thousandths = (Int128(quantity) * 1_000 + Int128(unit.size) / 2) / Int128(unit.size)
    let whole = thousandths / 1_000
    let text =
      whole >= 100 || thousandths % 1_000 == 0
      ? whole.grouped : decimal(UInt64(thousandths), places: 3)
    return "\(text) x \(unit.rawValue)"
  }
}
