import Schedules
import Testing
import Units

@Suite struct RecurrenceRuleTests {
  @Test(arguments: [
    "FREQ=DAILY;BYHOUR=2", "FREQ=HOURLY;INTERVAL=6;COUNT=4", "FREQ=SECONDLY;BYSECOND=0,30,60",
    "FREQ=WEEKLY;UNTIL=20261231T235959Z;BYDAY=MO,FR;WKST=SU",
    "FREQ=MONTHLY;BYDAY=-1FR,2TU;BYSETPOS=-1,1", "FREQ=YEARLY;BYWEEKNO=-1,20;BYDAY=MO",
    "FREQ=YEARLY;BYMONTH=1,7;BYYEARDAY=-1,100;BYMONTHDAY=-31,1;BYHOUR=0,23;BYMINUTE=59",
  ])
  func aDescriptionParsesToTheRuleThatItDescribes(text: String) throws {
    let rule = try RecurrenceRule(parsing: text)
    #expect(rule.description == text)
    #expect(try RecurrenceRule(parsing: rule.description) == rule)
  }

  @Test func theOrderOfPartsAndValuesAndTheCaseOfLettersDoNotMatter() throws {
    let rule = try RecurrenceRule(parsing: "byhour=14,2,14;wkst=mo;FREQ=daily;interval=1")
    #expect(rule.description == "FREQ=DAILY;BYHOUR=2,14")
  }

  @Test(arguments: [
    ("", "'' is not a part of a rule"),
    ("BYHOUR=2", "the rule has no FREQ"),
    ("FREQ=DAYLY", "'DAYLY' is not a value of FREQ"),
    ("FREQ=QUARTERLY", "'QUARTERLY' is not a value of FREQ"),
    ("FREQ=DAILY;", "'' is not a part of a rule"),
    ("FREQ=DAILY;BYHOURS=2", "'BYHOURS' is not a part of a recurrence rule"),
    ("RRULE:FREQ=DAILY", "'RRULE:FREQ' is not a part of a recurrence rule"),
    ("FREQ=DAILY;FREQ=DAILY", "FREQ is given twice"),
    ("FREQ=DAILY;BYHOUR=", "BYHOUR has no value"),
    ("FREQ=DAILY;BYHOUR=24", "'24' is not a value of BYHOUR"),
    ("FREQ=DAILY;BYHOUR=-1", "'-1' is not a value of BYHOUR"),
    ("FREQ=DAILY;BYHOUR=2,,3", "'' is not a value of BYHOUR"),
    ("FREQ=DAILY;BYMINUTE=60", "'60' is not a value of BYMINUTE"),
    ("FREQ=DAILY;BYSECOND=61", "'61' is not a value of BYSECOND"),
    ("FREQ=DAILY;INTERVAL=0", "'0' is not a value of INTERVAL"),
    ("FREQ=DAILY;INTERVAL=99999999999999999999", "'99999999999999999999' is not a value of INTERVAL"),
    ("FREQ=DAILY;COUNT=0", "'0' is not a value of COUNT"),
    ("FREQ=DAILY;COUNT=3;UNTIL=20260101T000000Z", "the rule has both COUNT and UNTIL"),
    ("FREQ=DAILY;UNTIL=20260101", "UNTIL '20260101' is not an instant in UTC"),
    ("FREQ=DAILY;UNTIL=20260230T000000Z", "UNTIL '20260230T000000Z' is not an instant in UTC"),
    ("FREQ=DAILY;BYMONTH=13", "'13' is not a value of BYMONTH"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "'0' is not a value of BYMONTHDAY"),
    ("FREQ=MONTHLY;BYMONTHDAY=-32", "'-32' is not a value of BYMONTHDAY"),
    ("FREQ=WEEKLY;BYDAY=XX", "'XX' is not a day of the week"),
    ("FREQ=MONTHLY;BYDAY=0MO", "'0' is not a value of BYDAY"),
    ("FREQ=WEEKLY;WKST=1MO", "'1MO' is not a day of the week"),
    ("FREQ=MONTHLY;BYWEEKNO=5", "BYWEEKNO has no meaning with FREQ=MONTHLY"),
    ("FREQ=DAILY;BYYEARDAY=5", "BYYEARDAY has no meaning with FREQ=DAILY"),
    ("FREQ=WEEKLY;BYMONTHDAY=5", "BYMONTHDAY has no meaning with FREQ=WEEKLY"),
    ("FREQ=DAILY;BYDAY=2MO", "a numbered BYDAY has no meaning with FREQ=DAILY"),
    ("FREQ=YEARLY;BYWEEKNO=5;BYDAY=2MO", "a numbered BYDAY cannot be combined with BYWEEKNO"),
    ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS has nothing to select from"),
  ])
  func aMistakeIsNamedAndItsMendIsSaid(text: String, problem: String) {
    let error = #expect(throws: QuantityError.self) { try RecurrenceRule(parsing: text) }
    #expect(error?.problem == problem)
    #expect(error?.hint.isEmpty == false)
  }
}
