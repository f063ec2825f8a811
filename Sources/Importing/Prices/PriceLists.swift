import Documents
import SwiftCSV

/// A price list as CSV: columns for item, price and unit, with a currency.
enum PriceTable {
  private static func delimiter(_ header: String) -> CSVDelimiter {
    header.contains(";") ? .semicolon : header.contains("\t") ? .tab : .comma
  }

  static func recognises(_ text: InputText) -> Bool {
    let names = text.line(1).lowercased().split { ",;\t".contains($0) }.map {
      $0.trimmingBlanks.withoutQuotes
    }
    return names.contains { ["item", "name"].contains($0) } && names.contains("price")
  }

  static func read(_ text: InputText) throws(InputError) -> Findings {
    guard let table = try? NamedCSV(string: text.text, delimiter: delimiter(text.line(1))) else {
      throw text.failure(
        line: 1, "this is no CSV file", hint: "write a header such as 'item,price,per,currency'")
    }
    var findings = Findings()
    for (index, row) in table.rows.enumerated() {
      func cell(_ names: String...) -> String? {
        let key = table.header.first { names.contains($0.lowercased().trimmingBlanks) }
        return key.flatMap { row[$0] }.flatMap { $0.trimmingBlanks.isEmpty ? nil : $0.trimmingBlanks }
      }
      guard let item = cell("item", "name") else { continue }
      let origin = text.origin(line: index + 2, item)
      findings.prices.append(
        try PriceWords(
          item: item, price: cell("price"), unit: cell("per", "unit"), currency: cell("currency"),
          source: cell("source"), date: cell("date")
        ).price(origin) { message, hint throws(InputError) in
          throw text.failure(line: origin.line, message, hint: hint)
        })
    }
    return findings
  }
}

/// A price list as JSON. It is a list of objects with item, price and unit, possibly under 'prices' or
/// 'items'.
enum PriceJSON {
  private static func items(_ document: Datum) -> [Datum] {
    (document["prices"] ?? document["items"] ?? document).items.filter {
      $0["price"] != nil && ($0["item"] ?? $0["name"]) != nil
    }
  }

  static func recognises(_ document: Datum) -> Bool { !items(document).isEmpty }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    let currency = document["currency"]?.text
    for entry in items(document) {
      let item = (entry["item"] ?? entry["name"])?.text ?? ""
      let words = PriceWords(
        item: item, price: entry["price"]?.text, unit: (entry["per"] ?? entry["unit"])?.text,
        currency: entry["currency"]?.text ?? currency, source: entry["source"]?.text,
        date: entry["date"]?.text)
      findings.prices.append(
        try words.price(entry.origin(item)) { message, hint throws(InputError) in
          throw document.tape.text.failure(offset: entry.offset, message, hint: hint)
        })
    }
    return findings
  }
}

/// The words of a price before validation.
private struct PriceWords {
  let item: String
  let price: String?
  let unit: String?
  let currency: String?
  let source: String?
  let date: String?

  private static let units = [
    "hour", "month", "year", "GiB", "GiB month", "GiB hour", "1000 requests", "1000000 requests",
  ]

  func price(
    _ origin: Origin, fail: (String, String) throws(InputError) -> Void
  ) throws(InputError) -> FoundPrice {
    let amount = price?.replacing(",", with: ".") ?? ""
    if amount.isEmpty || !amount.allSatisfy({ $0.isNumber || $0 == "." }) || Double(amount) == nil {
      try fail(
        "'\(price ?? "")' is no price of '\(item)'", "write a number of zero or more, for example '0.08'")
    }
    let lower = unit?.lowercased() ?? ""
    let known = Self.units.first { $0.lowercased() == lower } ?? PriceUnit.normalised(lower)
    if known == nil {
      try fail(
        unit == nil ? "the price of '\(item)' has no unit" : "'\(unit ?? "")' is no unit of a price",
        "write one of: \(Self.units.joined(separator: ", "))")
    }
    if currency.map({ $0.count == 3 && $0.allSatisfy(\.isUppercase) }) != true {
      try fail(
        "the price of '\(item)' has no currency",
        "add a column 'currency' with an ISO 4217 code, for example 'EUR'")
    }
    let isSourced = source != nil && date != nil
    return FoundPrice(
      item: item, amount: String(amount.prefix(24)), unit: known ?? "month", currency: currency ?? "USD",
      source: isSourced ? source : nil, date: isSourced ? date : nil, origin: origin)
  }
}

/// The units of price lists.
enum PriceUnit {
  /// - Parameter isRent: whether a bare size is rented by the month.
  static func normalised(_ unit: String, isRent: Bool = false) -> String? {
    switch unit.lowercased() {
    case "gb" where isRent, "gib" where isRent: "GiB month"
    case "hours", "hrs", "h", "hour": "hour"
    case "month", "months", "mo": "month"
    case "gb", "gib", "gigabyte": "GiB"
    case "gb-mo", "gb-month", "gb month", "gib-month", "gib-mo", "gb-months": "GiB month"
    case "1k requests", "1000 requests", "1k-requests": "1000 requests"
    case "1m requests", "1000000 requests": "1000000 requests"
    default: nil
    }
  }
}

/// The output of `infracost breakdown --format json`: prices of the components of resources.
enum InfracostJSON {
  static func recognises(_ document: Datum) -> Bool {
    document["projects"]?.items.contains { $0["breakdown"] != nil } == true
  }

  static func read(_ document: Datum) throws(InputError) -> Findings {
    var findings = Findings()
    let currency = document["currency"]?.text ?? "USD"
    let date = document["timeGenerated"]?.text.map { String($0.prefix(10)) }
    var others: [String] = []
    for project in document["projects"]?.items ?? [] {
      for resource in project["breakdown", "resources"]?.items ?? [] {
        let name = resource["name"]?.text ?? "resource"
        for component in components(resource) {
          guard let amount = component["price"]?.text, let unit = component["unit"]?.text else { continue }
          let label = component["name"]?.text ?? ""
          // A disk that is priced as a whole has no price of a GiB.
          guard let item = item(name, label),
            let normalised = PriceUnit.normalised(unit, isRent: item.hasPrefix("storage.")),
            item.hasPrefix("storage.") == normalised.hasPrefix("GiB")
          else {
            others.append(label)
            continue
          }
          findings.prices.append(
            FoundPrice(
              item: item, amount: amount, unit: normalised, currency: currency,
              source: date.map { _ in "Infracost: \(name), \(label)" }, date: date,
              origin: component.origin(name)))
        }
      }
    }
    if findings.prices.isEmpty {
      findings.note(
        "no price of this file has an item in the price book: \(others.prefix(10).joined(separator: ", "))",
        document.origin("projects"))
    } else if !others.isEmpty {
      findings.note("\(others.count) other price components are left out", document.origin("projects"))
    }
    return findings
  }

  private static func components(_ resource: Datum) -> [Datum] {
    (resource["costComponents"]?.items ?? []) + (resource["subresources"]?.items ?? []).flatMap(components)
  }

  /// Returns the price book's item for a component.
  private static func item(_ resource: String, _ component: String) -> String? {
    let lower = component.lowercased()
    if lower.hasPrefix("instance usage"),
      let type = component.split(separator: ",").last?.trimmingBlanks.withoutClosing
    {
      return "compute.\(HostSize.name(type)).running"
    }
    if lower.contains("snapshot") { return "storage.snapshot" }
    if lower.contains("iops") || lower.contains("throughput") { return nil }
    if resource.contains("s3_bucket") || resource.contains("storage_bucket") {
      return lower.hasPrefix("storage")
        ? "storage.objectStore"
        : lower.contains("put, copy") ? "requests.put" : lower.contains("get, select") ? "requests.get" : nil
    }
    if resource.contains("snapshot") { return lower.hasPrefix("storage") ? "storage.snapshot" : nil }
    // The storage of a managed database is no plain disk.
    if ["_db_", "rds_", "_sql", "database"].contains(where: resource.contains) { return nil }
    if lower.hasPrefix("storage (") || lower.contains("provisioned storage (") {
      return lower.contains("io1") || lower.contains("io2") ? "storage.array" : "storage.disk"
    }
    return nil
  }
}

extension String {
  /// The text without a closing parenthesis at the end.
  fileprivate var withoutClosing: String { hasSuffix(")") ? String(dropLast()) : self }
}
