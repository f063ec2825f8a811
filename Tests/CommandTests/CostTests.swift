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

  private func report() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/reports/shop.json"))
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
    for (usage, line) in zip(metered, lines) {
      let expected = (Double(try #require(usage["quantity"] as? Int)) * 8_760 / 48).rounded()
      #expect(Double(try #require(line["quantity"] as? Int)) == expected)
    }
  }

  @Test func anItemWithoutAPriceIsNamedWithItsAmountAndNothingIsWritten() throws {
    try folder.write(
      "currency: EUR\nitems:\n  storage.disk: { price: 1, per: GiB month, assumption: for the test }\n",
      to: "prices.yaml")
    try folder.write(SmallScenario.text + "prices: prices.yaml\n", to: "shop.yaml")
    let command = try run()
    #expect(command.status == 2)
    #expect(
      command.errors.contains(
        "prices.yaml:3:3: error: the price book has no 'compute.medium.running', and the run metered 31536000 s of it"
      ))
    #expect(
      command.errors.contains(
        "hint: add 'compute.medium.running: { price: ..., per: hour, assumption: ... }' to its items"))
    #expect(command.errors.contains("no 'storage.objectStore'"))
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
