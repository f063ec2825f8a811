import Units

extension RecurrenceRule {
  /// Rejects combinations that RFC 5545, section 3.3.10, calls not applicable.
  func checkCombination() throws(QuantityError) {
    if !weekNumbers.isEmpty && frequency != .year {
      throw refusal("BYWEEKNO", mend: "use FREQ=YEARLY")
    }
    if !yearDays.isEmpty && (.day ... .month).contains(frequency) {
      throw refusal("BYYEARDAY", mend: "use FREQ=YEARLY, or BYMONTHDAY and BYMONTH")
    }
    if !monthDays.isEmpty && frequency == .week {
      throw refusal("BYMONTHDAY", mend: "use FREQ=MONTHLY, or BYDAY")
    }
    if days.contains(where: { $0.ordinal != nil }) {
      if frequency < .month {
        throw refusal("a numbered BYDAY", mend: "use FREQ=MONTHLY or leave out the number")
      }
      if !weekNumbers.isEmpty {
        throw QuantityError(
          "a numbered BYDAY cannot be combined with BYWEEKNO", hint: "leave out the number before the day")
      }
    }
    if !positions.isEmpty && !hasSetToSelectFrom {
      throw QuantityError("BYSETPOS has nothing to select from", hint: "add another BY part, such as BYDAY")
    }
  }

  private func refusal(_ part: String, mend: String) -> QuantityError {
    QuantityError("\(part) has no meaning with FREQ=\(frequency.frequencyName)", hint: mend)
  }

  private var hasSetToSelectFrom: Bool {
    !days.isEmpty
      || [seconds, minutes, hours, monthDays, yearDays, weekNumbers, months].contains { !$0.isEmpty }
  }
}
