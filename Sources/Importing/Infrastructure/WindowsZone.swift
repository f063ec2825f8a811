/// The names of time zones in Windows, which Azure uses.
enum WindowsZone {
  /// Source: Unicode CLDR 45, `windowsZones.xml`, territory 001.
  private static let names = [
    "AUS Eastern Standard Time": "Australia/Sydney", "Arab Standard Time": "Asia/Riyadh",
    "Arabian Standard Time": "Asia/Dubai", "Argentina Standard Time": "America/Buenos_Aires",
    "Atlantic Standard Time": "America/Halifax", "Canada Central Standard Time": "America/Regina",
    "Cen. Australia Standard Time": "Australia/Adelaide",
    "Central America Standard Time": "America/Guatemala",
    "Central Europe Standard Time": "Europe/Budapest", "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago", "China Standard Time": "Asia/Shanghai",
    "E. Australia Standard Time": "Australia/Brisbane", "E. Europe Standard Time": "Europe/Chisinau",
    "E. South America Standard Time": "America/Sao_Paulo", "Eastern Standard Time": "America/New_York",
    "Egypt Standard Time": "Africa/Cairo", "FLE Standard Time": "Europe/Kiev",
    "GMT Standard Time": "Europe/London", "GTB Standard Time": "Europe/Bucharest",
    "Greenwich Standard Time": "Atlantic/Reykjavik", "Hawaiian Standard Time": "Pacific/Honolulu",
    "India Standard Time": "Asia/Calcutta", "Israel Standard Time": "Asia/Jerusalem",
    "Korea Standard Time": "Asia/Seoul", "Mountain Standard Time": "America/Denver",
    "New Zealand Standard Time": "Pacific/Auckland", "Pacific Standard Time": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris", "Russian Standard Time": "Europe/Moscow",
    "SE Asia Standard Time": "Asia/Bangkok", "Singapore Standard Time": "Asia/Singapore",
    "South Africa Standard Time": "Africa/Johannesburg", "Taipei Standard Time": "Asia/Taipei",
    "Tokyo Standard Time": "Asia/Tokyo", "Turkey Standard Time": "Europe/Istanbul",
    "US Eastern Standard Time": "America/Indianapolis", "US Mountain Standard Time": "America/Phoenix",
    "W. Australia Standard Time": "Australia/Perth", "W. Europe Standard Time": "Europe/Berlin",
  ]

  /// Returns the name in the IANA database, or the given name where it is none of Windows.
  static func iana(_ name: String) -> String { names[name] ?? name }
}
