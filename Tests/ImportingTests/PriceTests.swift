import Importing
import Testing
import Units

/// Price lists and what Infracost prints.
@Suite struct PriceTests {
  @Test func aPriceListInCSVAndJSONMeansTheSame() throws {
    let csv = "item;price;per;currency\nstorage.disk;0,12;GiB month;EUR\nstaff.engineer;95;hour;EUR\n"
    let json = """
      {"currency": "EUR", "prices": [{"item": "storage.disk", "price": 0.12, "per": "GiB month"},
       {"item": "staff.engineer", "price": 95, "per": "hour"}]}
      """
    for text in [csv, json] {
      let prices = try Findings(text).prices
      #expect(prices.map(\.item) == ["storage.disk", "staff.engineer"])
      #expect(prices.map(\.amount) == ["0.12", "95"])
      #expect(prices.allSatisfy { $0.currency == "EUR" })
    }
  }

  @Test(arguments: [
    ("item,price,per,currency\na,1,,EUR\n", "2: the price of 'a' has no unit"),
    ("item,price,per,currency\na,cheap,hour,EUR\n", "2: 'cheap' is no price of 'a'"),
    ("item,price,per,currency\na,1,hour,\n", "2: the price of 'a' has no currency"),
  ])
  func aPriceWithoutUnitNumberOrCurrencyIsRefused(text: String, error: String) {
    #expect(firstError(text)?.hasPrefix(error) == true, "\(firstError(text) ?? "")")
  }

  @Test func infracostGivesThePricesThatAScenarioUses() throws {
    let text = """
      {"version": "0.2", "currency": "USD", "timeGenerated": "2026-11-28T10:00:00Z", "projects": [{"name": "p", "breakdown": {"resources": [
       {"name": "aws_instance.web", "costComponents": [
         {"name": "Instance usage (Linux/UNIX, on-demand, m5.xlarge)", "unit": "hours", "price": "0.192"}],
        "subresources": [{"name": "root_block_device", "costComponents": [
         {"name": "Storage (general purpose SSD, gp3)", "unit": "GB", "price": "0.08"}]}]},
       {"name": "aws_s3_bucket.b", "costComponents": [], "subresources": [{"name": "Standard", "costComponents": [
         {"name": "Storage", "unit": "GB", "price": "0.023"}]}]}]}}]}
      """
    let findings = try Findings(text)
    #expect(findings.prices.map(\.item) == ["compute.large.running", "storage.disk", "storage.objectStore"])
    #expect(findings.prices.map(\.unit) == ["hour", "GiB month", "GiB month"])
    let prices = try findings.scenario().scenario.prices
    #expect(prices.currency.code == "USD")
  }
}
