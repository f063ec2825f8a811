import ArgumentParser
import Posix
import Units

/// A date or an instant in UTC, as in `2027-01-31` or `2027-01-31T12:00:00Z`.
struct DateArgument {
  let instant: Instant

  init(_ text: String) throws {
    do throws(QuantityError) {
      instant = try Instant(parsing: text.contains("T") ? text : text + "T00:00:00Z")
    } catch {
      throw ValidationError("'\(text)' is no date; write one such as 2027-01-31 or 2027-01-31T12:00:00Z.")
    }
  }

  func future(_ option: String) throws(VaultProblem) -> Instant {
    guard instant > .now else {
      throw VaultProblem(option, "\(instant) is past", hint: "name a later date")
    }
    return instant
  }
}
