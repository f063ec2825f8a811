import Documents
import Testing

@Suite struct StrictReading {
  @Test func aScenarioThatIsRightIsReadWithoutAWord() {
    #expect(Shop.errors(in: Shop.text).isEmpty)
  }

  @Test func anErrorShowsThePlaceTheLineTheCaretAndTheMend() {
    #expect(
      Shop.errors(with: "rto_objective: 12 h", for: "rto: 12 h") == [
        """
        shop.yaml:8:13: error: the key 'rto' is missing
        objectives: { rpo: 24 h, rto_objective: 12 h }
                    ^
        hint: add 'rto': the longest acceptable time to restore the entire system
        """,
        """
        shop.yaml:8:26: error: unknown key 'rto_objective'
        objectives: { rpo: 24 h, rto_objective: 12 h }
                                 ^
        hint: did you mean 'rto'? the keys here are: rpo, rto, level
        """,
      ])
  }

  @Test func allErrorsOfAFileAreToldAtOnceInTheOrderOfItsLines() throws {
    let text = Shop.text
      .replacing("seed: 7", with: "seed: seven")
      .replacing("used: 60 %", with: "used: 101 %")
      .replacing("[frankfurt, berlin]", with: "[frankfurt, berln]")
      .replacing("host: db", with: "hots: db")
    let error = try #require(throws: InputError.self) { try Shop.read(text) }
    #expect(error.diagnostics.map(\.line) == [2, 13, 24, 24, 33])
    #expect(
      error.diagnostics.map(\.message) == [
        "'seven' is not a seed", "there is no site 'berln'", "unknown key 'hots'",
        "the key 'host' is missing",
        "'101 %' is out of range",
      ])
  }

  @Test(arguments: [
    (
      "warmUp: 8 d", "warmUp: 8", "5:9: error: '8' has no unit",
      "write the unit of the time, for example '15 min'"
    ),
    (
      "warmUp: 8 d", "warmUp: 8 parsecs", "5:9: error: 'parsecs' is not a unit of time",
      "use one of w, d, h, min, s, ms, us, ns"
    ),
    (
      "rpo: 24 h", "rpo: -5 min", "8:20: error: '-5 min' is out of range",
      "write a duration of zero or more, up to 3653 d"
    ),
    (
      "window: 7 d", "window: 0 s", "6:9: error: '0 s' is out of range",
      "write a duration longer than zero, up to 3653 d"
    ),
    ("used: 60 %", "used: 101 %", "33:15: error: '101 %' is out of range", "write a share from 0 % to 100 %"),
    (
      "size: 200 GiB", "size: 200 GHz", "32:15: error: 'GHz' is not a unit of bytes",
      "use one of PiB, PB, TiB, TB, GiB, GB, MiB, MB, KiB, kB, B"
    ),
    (
      "rate: 1 Gbit/s", "rate: 1 Gbit", "13:51: error: 'Gbit' is not a unit of rate",
      "write bytes or bits per time, for example '1 Gbit/s' or '1 Gbit/d'"
    ),
    (
      "latitude: 50.11", "latitude: 95", "10:46: error: '95' is out of range", "write a number from -90 to 90"
    ),
    (
      "start: 2026-03-02T00:00:00Z", "start: 2026-02-30", "4:8: error: '2026-02-30' is not an instant",
      "write UTC time as in '2026-03-02T14:30:00Z'"
    ),
    (
      "scale: 1/8192", "scale: 1/0", "3:8: error: '1/0' is not a scale",
      "write '1/k' with a whole k, for example '1/4096'"
    ),
    (
      "cause: fire", "cause: fier", "51:18: error: 'fier' is none of the words for this",
      "did you mean 'fire'? the words are: accidentalDeletion, virusAttack, applicationUpdateError, diskFailure, "
        + "serverFailure, arrayFailure, failSlow, fire, flood, earthquake, tsunami, powerOutage, linkFault, drSiteFault, "
        + "vaultAttack, maintenance"
    ),
    (
      "autoExpand: true", "autoExpand: yes", "46:56: error: 'yes' is neither true nor false",
      "write 'true' or 'false'"
    ),
    (
      "volumes: [db-data], share", "volumes: [db-dta], share", "50:52: error: there is no volume 'db-dta'",
      "did you mean 'db-data'? the volumes are: db-data"
    ),
    (
      "vault: local", "vault: locale", "63:16: error: there is no vault 'locale'",
      "did you mean 'local'? the vaults are: local, remote"
    ),
    (
      "schedule: FREQ=HOURLY,", "schedule: FREQ=HURLY,", "61:28: error: 'HURLY' is not a value of FREQ", nil
    ),
    (
      "sites:\n", "sites: nowhere\nplaces:\n", "9:8: error: a mapping is expected here, not a single value",
      "write the name of a site, a colon, and what it is, indented"
    ),
    (
      "host: web", "host:", "39:5: error: the name of a host is expected here, not nothing",
      "write the name of one of the hosts"
    ),
    (
      "spread: 20", "spread: 0", "7:20: error: 0 is out of range",
      "write a whole number from 1 to 1000000"
    ),
    (
      "spread: 20", "spread: 20, at: []", "7:24: error: 'spread' and 'at' exclude each other",
      "keep one of the two"
    ),
    (
      "{ spread: 20 }", "{}", "7:10: error: this is empty",
      "write 'key: value' pairs; the keys are: at, spread, renewal"
    ),
    (
      "[2026-03-11T04:00:00Z]", "2026-03-11T04:00:00Z",
      "57:20: error: a list is expected here, not a single value",
      "write '[a, b]', or '- a' on a line of its own"
    ),
    (
      "p95: 20 min", "p95: 5 min", "26:31: error: the p95 of 5 min is not above the median of 6 min",
      "write a larger p95, or a constant for a time that does not vary"
    ),
    (
      "  shop:\n", "  my shop:\n", "38:3: error: 'my shop' cannot name a service",
      "use up to 64 letters, digits, '.', '_' and '-', a letter or digit first"
    ),
  ])
  func aWrongValueIsToldWithItsMend(old: String, new: String, head: String, hint: String?) {
    let errors = Shop.errors(with: new, for: old)
    let expected = errors.first { $0.hasPrefix("shop.yaml:\(head)") }
    #expect(expected != nil, "\(errors)")
    if let hint { #expect(expected?.hasSuffix("\nhint: \(hint)") == true, "\(errors)") }
  }

  @Test func aKeyGivenTwiceIsToldAtItsSecondPlaceAndDoesNotHideOtherErrors() {
    let text = Shop.text(with: "seed: 7\nseed: 8\ntitle: Another\n", for: "seed: 7\n")
      .replacing("used: 60 %", with: "used: 60")
      .replacing("{ site: frankfurt }", with: "{ site: frankfurt, 'site': berlin }")
    let errors = Shop.errors(in: text)
    #expect(
      errors.map { $0.prefix { $0 != "\n" } } == [
        "shop.yaml:3:1: error: the key 'seed' is given twice",
        "shop.yaml:4:1: error: the key 'title' is given twice",
        "shop.yaml:22:26: error: the key 'site' is given twice",
        "shop.yaml:23:27: error: the key 'site' is given twice",
        "shop.yaml:35:15: error: '60' is out of range",
      ])
    #expect(errors[0].hasSuffix("hint: the first is in line 2; keep one of the two"))
  }

  @Test func aMissingSectionIsNamed() {
    let text = "title: Nothing else\nseed: 1\n"
    #expect(
      Shop.errors(in: text) == [
        """
        shop.yaml:1:1: error: the keys 'objectives', 'sites', 'devices', 'hosts', 'services', 'disasters', \
        'strategies' are missing
        title: Nothing else
        ^
        hint: add them; 'firedrill schema' says what each means
        """
      ])
  }
}
