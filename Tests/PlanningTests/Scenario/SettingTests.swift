import Documents
import ScenarioLanguage
import Testing
import Units

@Suite struct Settings {
  @Test func aSettingTakesThePlaceOfAValue() throws {
    let scenario = try Shop.read(settings: [
      "objectives.rpo=4 h", "scale=1/16384", "services.database.volumes.db-data.used=50 %",
      "strategies.hourly.backups.0.replica=local", "strategies.hourly.backups.0.vault=remote",
      "strategies.hourly.backups[0].retention.count=3",
    ])
    #expect(scenario.objectives.rpo == .hours(4))
    #expect(scenario.scale == Scale(denominator: 16_384))
    #expect(scenario.blueprint.volumes[0].used == .percent(50))
    #expect(scenario.strategies[0].backups[0].replica?.index == 0)
  }

  @Test func aSettingMayAddWhatTheFileLeavesOut() throws {
    let scenario = try Shop.read(settings: [
      "speeds.cores=2", "speeds.write=1.5 GB/s", "strategies.hourly.backups.0.lock=14 d",
      "people.declare={ uniform: { from: 1 min, to: 2 min } }",
    ])
    #expect(scenario.speeds.cores == 2)
    #expect(scenario.speeds.write == .bytesPerSecond(1_500_000_000) && scenario.speeds.read == nil)
    #expect(scenario.strategies[0].backups[0].lock == .days(14))
    #expect(scenario.people.declare.mean == .seconds(90))
  }

  @Test func theLastOfTwoSettingsOfOneValueWins() throws {
    #expect(try Shop.read(settings: ["seed=1", "seed=2"]).seed == 2)
  }

  @Test func aKeyWithADotStandsInQuotes() throws {
    let text = Shop.text.replacing("database", with: "data.base")
    let scenario = try ScenarioFile(
      SourceText(name: "shop.yaml", text: text), settings: ["services.\"data.base\".boot=9 min"]
    ).scenario
    #expect(scenario.serviceTimes[0].boot.mean == .minutes(9))
  }

  @Test(arguments: [
    (
      "objectives.rpo=4",
      "--set objectives.rpo:1:1: error: '4' has no unit\n4\n^\n"
        + "hint: write the unit of the time, for example '15 min'"
    ),
    (
      "objectives.rp=4 h",
      "--set:1:12: error: there is no 'rp' to set\nobjectives.rp=4 h\n           ^\n"
        + "hint: did you mean 'rpo'? the keys here are: rpo, rto, level"
    ),
    (
      "services.databse.boot=4 min",
      "--set:1:10: error: there is no 'databse' to set\nservices.databse.boot=4 min\n         ^\n"
        + "hint: did you mean 'database'? the names are: database, shop"
    ),
    (
      "seed.value=4",
      "--set:1:6: error: there is nothing below a single value\nseed.value=4\n     ^\n"
        + "hint: leave out 'value' and what follows it"
    ),
    (
      "strategies.hourly.backups.1.lock=1 d",
      "--set:1:27: error: '1' is not a place in a list of 1\nstrategies.hourly.backups.1.lock=1 d\n"
        + "                          ^\nhint: count from 0"
    ),
    (
      "seed",
      "--set:1:1: error: this is not a setting\nseed\n^\n"
        + "hint: write KEY=VALUE with a path to the value, for example 'objectives.rpo=4 h'"
    ),
    (
      "title=",
      "--set:1:7: error: there is nothing to set\ntitle=\n      ^\n"
        + "hint: write a value behind the '='"
    ),
  ])
  func aSettingThatMakesNoSenseIsToldByItsOption(setting: String, message: String) {
    #expect(Shop.errors(in: Shop.text, settings: [setting]) == [message])
  }
}
