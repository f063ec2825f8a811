import Documents

/// A time of day such as `23:00`.
struct TimeOfDay {
  let hour: Int
  let minute: Int

  /// Parses `hour:minute`; throws for anything else.
  ///
  /// - Parameters:
  ///   - origin: the place of the text in the file.
  ///   - text: the file.
  init(_ written: String, at origin: Origin, _ text: InputText, example: String) throws(InputError) {
    let parts = written.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count >= 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
      (0...59).contains(minute)
    else {
      throw text.failure(
        at: origin, "'\(written)' is no time of day",
        hint: "write hours and minutes, for example '\(example)'")
    }
    (self.hour, self.minute) = (hour, minute)
  }
}

extension TerraformReader {
  /// Reads names of weekdays as codes of RFC 5545; throws where there are none.
  func weekdays(_ list: Datum?, at origin: Origin) throws(InputError) -> [String] {
    let known = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
    let names = (list?.list ?? []).compactMap(\.text)
    guard !names.isEmpty else {
      throw text.failure(
        at: origin, "this weekly schedule has no day of the week, so it never fires",
        hint: "name at least one day, for example 'Sunday'")
    }
    var codes: [String] = []
    for name in names {
      guard name.count >= 2, known.contains(where: { $0.hasPrefix(name.uppercased()) }) else {
        throw text.failure(
          at: origin, "'\(name)' is no day of the week", hint: "write for example 'Sunday' or 'SUN'")
      }
      codes.append(String(name.uppercased().prefix(2)))
    }
    return codes
  }
}
