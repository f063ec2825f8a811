import Units

/// A resource of a Terraform state or plan.
struct TerraformResource {
  let type: String
  /// The address, for example `module.db.aws_db_instance.main[0]`.
  let address: String
  let values: Datum
  /// The configuration of a plan; `nil` for a state.
  var references: TerraformReferences?

  subscript(key: String) -> Datum? { values[key] }

  func text(_ key: String) -> String? { values[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }
  /// Returns the identifier under a key, or the address of the object that a plan's configuration names.
  func link(_ key: String) -> String? { text(key) ?? references?.addresses(of: key, at: address).first }
  /// Returns the identifiers in a list, or the addresses of the objects that a plan's configuration names.
  func links(_ key: String) -> [String] {
    let known = values[key]?.items.compactMap(\.text) ?? []
    return known.isEmpty ? references?.addresses(of: key, at: address) ?? [] : known
  }
  func integer(_ key: String) -> Int64? { values[key]?.integer }
  func flag(_ key: String) -> Bool? { values[key]?.flag }

  /// Returns the first block of a key, because Terraform writes nested blocks as lists.
  func block(_ key: String) -> Datum? { values[key]?.list.first }
  func blocks(_ key: String) -> [Datum] { values[key]?.list ?? [] }

  /// Returns the size under a key, read in whole GiB.
  func gibibytes(_ key: String) -> ByteCount? {
    integer(key).flatMap { (1...1_000_000).contains($0) ? .gibibytes($0) : nil }
  }

  func origin(_ key: String = "") -> Origin {
    let subject = key.isEmpty ? address : "\(address).\(key)"
    return (values[key] ?? values).origin(subject)
  }

  /// The name given by a person, else the last part of the address.
  var name: String {
    let tag = ["Name", "name"].lazy.compactMap { values["tags", $0]?.text }.first { !$0.isEmpty }
    return tag ?? text("name") ?? String(address[Self.start(ofName: address)...])
  }

  /// Returns the start of the last part of an address. Dots in the index of an instance separate no parts.
  private static func start(ofName address: String) -> String.Index {
    var (depth, start) = (0, address.startIndex)
    for index in address.indices {
      if address[index] == "[" { depth += 1 }
      if address[index] == "]" { depth -= 1 }
      if address[index] == ".", depth == 0 { start = address.index(after: index) }
    }
    return start
  }

  /// The identifiers by which other resources refer to this one.
  var ids: [String] {
    ["id", "arn", "identifier", "self_link", "name", "link"].compactMap { text($0) } + [address]
  }

  /// The labels, including those that a provider adds to all of its objects.
  var tags: [Tag] {
    let all = ["tags", "tags_all", "labels", "effective_labels"].flatMap { values[$0]?.members ?? [] }
    let tags = all.compactMap { key, value in value.text.map { Tag(key: key, value: $0) } }
    return tags.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The zone and region under the providers' names. An ARN has the region too.
  var place: FoundPlace {
    let zone =
      text("availability_zone") ?? values["availability_zones"]?.items.first?.text
      ?? text("zone").map { azure in
        azure.count <= 2 ? "\(text("location") ?? "zone")-\(azure)" : azure.lastPart
      }
    let arn = text("arn")?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
    let region =
      text("region")?.lastPart ?? (arn.count > 4 && !arn[3].isEmpty ? arn[3] : nil) ?? text("location")
    return FoundPlace(zone: zone, region: region ?? zone?.regionOfZone)
  }
}

extension String {
  /// The part after the last slash.
  var lastPart: String { split(separator: "/").last.map(String.init) ?? self }

  /// The region of a zone: `eu-west-3` of `eu-west-3c`, `europe-west1` of `europe-west1-b`, `eu-de` of
  /// `eu-de-01`.
  fileprivate var regionOfZone: String? {
    if let last, last.isLetter, dropLast().last?.isNumber == true { return String(dropLast()) }
    let parts = split(separator: "-")
    return parts.count >= 3 ? parts.dropLast().joined(separator: "-") : nil
  }
}
