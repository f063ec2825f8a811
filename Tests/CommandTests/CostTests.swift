import Foundation
import Testing

/// Costs of a whole run, added up by hand from the JSON report.
@Suite(.serialized) struct CostTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.write(SmallScenario.text, to: "shop.yaml")
  }

  private func run(_ arguments: String...) throws -> Command {
    try Command(
      running: Command.executable, ["run", "shop.yaml", "--format", "json"] + arguments, in: folder.path)
  }

  /// The one report in the folder: a changed run has a name of its own.
  private func report() throws -> [String: Any] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/reports")
    let name = try #require(names.first { $0.hasSuffix(".json") })
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/reports/\(name)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// Quantity x unit price / unit size, rounded half away from zero: nothing of ours computes it.
  private func addsUp(_ statement: Any?) throws -> Int {
    let statement = try #require(statement as? [String: Any])
    var sum = 0
    for line in try #require(statement["lines"] as? [[String: Any]]) {
      let quantity = Decimal(try #require(line["quantity"] as? Int))
      let size = Decimal(try #require(line["unit_size"] as? Int))
      let written = try #require(line["unit_price"] as? String)
      let price = try #require(Decimal(string: written))
      var exact = quantity * price * 100 / size
      var rounded = Decimal()
      NSDecimalRound(&rounded, &exact, 0, .plain)
      let cost = try #require(line["cost_minor"] as? Int)
      #expect(rounded == Decimal(cost), "\(line)")
      sum += cost
    }
    #expect(sum == statement["total_minor"] as? Int)
    return sum
  }

  @Test func theCostsAddUpToTheCentFromTheMeteredQuantities() throws {
    #expect(try run("--set", "costs={drills: {perYear: 2, disaster: deletion}}").status == 0)
    let report = try report()
    let costs = try #require(report["costs"] as? [String: Any])
    let production = try addsUp(costs["production"])
    let strategy = try #require((report["strategies"] as? [[String: Any]])?.first?["costs"] as? [String: Any])
    let (steady, drill) = (try addsUp(strategy["steady"]), try addsUp(strategy["drill"]))
    #expect(steady > 0 && drill > 0)
    #expect(strategy["protection_cost_minor"] as? Int == steady + drill)
    let written = try #require(strategy["protection_ratio"] as? String)
    let ratio = try #require(Double(written))
    #expect(abs(ratio - Double(steady + drill) / Double(production)) < 1e-9)
    for recovery in try #require(strategy["recoveries"] as? [[String: Any]]) {
      _ = try addsUp(recovery["mean"])
    }
    // A year of 8,760 h from the metered window of two days.
    let metered = try #require(strategy["metered"] as? [[String: Any]])
    let lines = try #require((strategy["steady"] as? [String: Any])?["lines"] as? [[String: Any]])
    #expect(!metered.isEmpty)
    for usage in metered {
      let line = try #require(
        lines.first { line in
          ["item", "subject"].allSatisfy { line[$0] as? String == usage[$0] as? String }
        })
      let expected = (Double(try #require(usage["quantity"] as? Int)) * 8_760 / 48).rounded()
      #expect(Double(try #require(line["quantity"] as? Int)) == expected)
    }
  }

  /// Everything that the report says of money, once more from its own quantities and from the scenario's values.
  @Test func standbyLossesAndYearsAddUpFromTheReportAlone() throws {
    try folder.write(SmallScenario.withStandby, to: "shop.yaml")
    _ = try run()
    let report = try report()
    let settings = try #require(report["settings"] as? [String: String])
    func money(_ key: String) throws -> Decimal {
      let text = try #require(settings["costs.\(key)"]).split(separator: " ").last ?? ""
      return try #require(Decimal(string: String(text))) * 100
    }
    func share(_ key: String) throws -> Decimal {
      let text = try #require(settings["costs.\(key)"]).split(separator: " ").first ?? ""
      return try #require(Decimal(string: String(text))) / 100
    }
    for strategy in try #require(report["strategies"] as? [[String: Any]]) {
      let costs = try #require(strategy["costs"] as? [String: Any])
      let (steady, drill) = (try addsUp(costs["steady"]), try addsUp(costs["drill"]))
      #expect(costs["protection_cost_minor"] as? Int == steady + drill)
      try checkBand(costs, production: try #require(report["costs"] as? [String: Any])["production"])
      try checkLoss(
        costs, outage: try money("penalties.outagePerHour"), data: try money("penalties.dataLossPerHour"),
        never: try money("penalties.unrecoverable"))
      try checkYears(costs, growth: try share("growth"), discount: try share("discountRate"))
    }
  }

  private func rounded(_ exact: Decimal) -> Decimal {
    var (exact, whole) = (exact, Decimal())
    NSDecimalRound(&whole, &exact, 0, .plain)
    return whole
  }

  private func number(_ value: Any?) throws -> Decimal {
    if let text = value as? String { return try #require(Decimal(string: text)) }
    return Decimal(try #require(value as? Int))
  }

  private func infrastructure(_ statements: Any?...) throws -> Decimal {
    var sum = Decimal()
    for statement in statements {
      for line in try #require((statement as? [String: Any])?["lines"] as? [[String: Any]])
      where ["compute", "storage"].contains(line["component"] as? String) {
        sum += try number(line["cost_minor"])
      }
    }
    return sum
  }

  private func checkBand(_ costs: [String: Any], production: Any?) throws {
    let band = try #require(costs["band"] as? [String: Any])
    let isActive = costs["family"] as? String == "active_active"
    let all = try number((production as? [String: Any])?["total_minor"])
    let whole = isActive ? try infrastructure(production) : all
    let part =
      isActive
      ? try infrastructure(costs["steady"], costs["drill"]) : try number(costs["protection_cost_minor"])
    #expect(try number(band["whole_minor"]) == whole && number(band["part_minor"]) == part)
    let ratio = try number(band["ratio"])
    #expect(abs(ratio - part / whole) < Decimal(sign: .plus, exponent: -9, significand: 1))
  }

  private func checkLoss(_ costs: [String: Any], outage: Decimal, data: Decimal, never: Decimal) throws {
    let loss = try #require(costs["expected_annual_loss"] as? [String: Any])
    let recoveries = try #require(costs["recoveries"] as? [[String: Any]])
    var total = Decimal()
    for share in try #require(loss["disasters"] as? [[String: Any]]) {
      let recovery = recoveries.first { $0["disaster"] as? String == share["disaster"] as? String }
      let own = try number((recovery?["mean"] as? [String: Any])?["total_minor"])
      let lost = try number(share["unrecoverable_ratio"])
      let stake = try number(share["data_at_stake_ratio"])
      let hour = Decimal(3_600_000_000_000)
      let event =
        rounded(try number(share["mean_outage_ns"]) * outage / hour)
        + rounded(try number(share["mean_data_loss_ns"]) * data / hour)
        + rounded(rounded(never * stake) * lost)
        + rounded(own * (1 - lost))
      #expect(try number(share["per_event_minor"]) == event)
      let yearly = rounded(event * (try number(share["per_year"])))
      #expect(try number(share["yearly_minor"]) == yearly)
      total += yearly
    }
    #expect(try number(loss["total_minor"]) == total && total > 0)
  }

  private func checkYears(_ costs: [String: Any], growth: Decimal, discount: Decimal) throws {
    let lines = try ["steady", "drill"].flatMap { state in
      try #require((costs[state] as? [String: Any])?["lines"] as? [[String: Any]]).map { (state, $0) }
    }
    var (growing, constant) = (Decimal(), Decimal())
    for (state, line) in lines {
      let grows = ["storage", "requests", "traffic"].contains(line["component"] as? String)
      if grows, state == "steady" {
        growing += try number(line["cost_minor"])
      } else {
        constant += try number(line["cost_minor"])
      }
    }
    let ownership = try #require(costs["ownership"] as? [String: Any])
    var (factor, worth, total) = (Decimal(1), Decimal(1), Decimal())
    for year in try #require(ownership["years"] as? [[String: Any]]) {
      let protection = rounded(growing * factor) + constant
      #expect(try number(year["protection_minor"]) == protection)
      let present = rounded(protection * worth)
      #expect(try number(year["present_value_minor"]) == present)
      total += present
      factor *= 1 + growth
      worth /= 1 + discount
    }
    #expect(try number(ownership["present_value_minor"]) == total)
  }

  @Test func aPriceThatIsSureToBeNeededIsMissedBeforeTheRun() throws {
    try folder.write(
      "currency: EUR\nitems:\n  storage.disk: { price: 1, per: GiB month, assumption: for the test }\n",
      to: "prices.yaml")
    try folder.write(SmallScenario.text + "prices: prices.yaml\n", to: "shop.yaml")
    let command = try Command("validate", "shop.yaml", in: folder.path)
    #expect(command.status == 2)
    #expect(
      command.errors.contains(
        "prices.yaml:3:3: error: the price book has no 'compute.medium.running', and the host db needs it"))
    #expect(
      command.errors.contains(
        "hint: add 'compute.medium.running: { price: ..., per: hour, assumption: ... }' to its items"))
    #expect(command.errors.contains("no 'storage.array', and the volume db-data needs it"))
    #expect(command.errors.contains("no 'storage.objectStore', and the vault "))
  }

  @Test func anItemThatOnlyTheRunMetersIsNamedWithItsAmountAndNothingIsWritten() throws {
    let known = [
      "storage.array: { price: 1, per: GiB month", "storage.objectStore: { price: 1, per: GiB month",
    ]
    let items = (known + ["compute.medium.running", "staff.engineer"].map { "\($0): { price: 1, per: hour" })
      .map {
        "  \($0), assumption: for the test }\n"
      }
    try folder.write("currency: EUR\nitems:\n\(items.joined())", to: "prices.yaml")
    try folder.write(SmallScenario.text + "prices: prices.yaml\n", to: "shop.yaml")
    let command = try run()
    #expect(command.status == 2)
    let message = "prices.yaml:3:3: error: the price book has no 'requests.put', and the run metered "
    #expect(command.errors.contains(message))
    let left = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/reports")) ?? []
    #expect(left.isEmpty)
  }

  @Test func aDisasterThatIsNeverUndoneHasNoPriceUnlessTheScenarioStatesOne() throws {
    let penalties = "costs={penalties: {outagePerHour: USD 100, dataLossPerHour: USD 10"
    let rate = "disasters.array-failure.perYear=0.5"
    #expect(try run("--set", "\(penalties)}}", "--set", rate).status == 0)
    let strategy = try #require(
      (try report()["strategies"] as? [[String: Any]])?.first?["costs"] as? [String: Any])
    let loss = try #require(strategy["expected_annual_loss"] as? [String: Any])
    #expect(loss["total_unrecoverable"] as? Bool == false)
    let share = try #require((loss["disasters"] as? [[String: Any]])?.first)
    let event = try #require(share["per_event_minor"] as? Int)
    #expect(share["yearly_minor"] as? Int == Int((Double(event) * 0.5).rounded()))
  }
}
