import Foundation
import Schedules
import Units

extension Zone {
  /// The years with known changes of the clock. The last offset holds after them.
  private static let years = 1_970...2_199

  /// The zones of the IANA database without a slash in their names, beside UTC.
  private static let plainNames: Set<String> = [
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GMT", "Greenwich", "HST",
    "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya", "MET", "MST",
    "MST7MDT", "NZ", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey",
    "UCT", "Universal", "W-SU", "WET", "Zulu",
  ]

  /// Looks up a zone in the IANA database of time zones that Foundation provides.
  ///
  /// - Parameter name: such as `Europe/Lisbon`, or `UTC`.
  public init(named name: String) throws(QuantityError) {
    guard name != "UTC" else {
      self = .utc
      return
    }
    guard name.contains("/") || Self.plainNames.contains(name),
      let zone = TimeZone(identifier: name)
    else {
      let near = TimeZone.knownTimeZoneIdentifiers.first { known in
        known.split(separator: "/").last?.lowercased() == name.split(separator: "/").last?.lowercased()
      }
      throw QuantityError(
        "'\(name)' is not a time zone",
        hint: near.map { "write '\($0)'" } ?? "write a name of the IANA database, for example 'Europe/Lisbon'"
      )
    }
    self = Self.table(of: zone, name: name)
  }

  private static func table(of zone: TimeZone, name: String) -> Zone {
    let start = CivilTime(year: years.lowerBound, month: 1, day: 1).instant.wholeSeconds
    let end = CivilTime(year: years.upperBound + 1, month: 1, day: 1).instant.wholeSeconds
    let first = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(start)))
    var changes: [Change] = []
    var offset = first
    var date = Date(timeIntervalSince1970: Double(start))
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date,
      next.timeIntervalSince1970 < Double(end)
    {
      date = next
      let now = zone.secondsFromGMT(for: next)
      if now != offset { changes.append(Change(second: Int(next.timeIntervalSince1970), offset: now)) }
      offset = now
    }
    return Zone(name: name, offset: first, changes: changes)
  }
}
