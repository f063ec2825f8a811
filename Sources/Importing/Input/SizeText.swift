import Units

/// The parsing of sizes in the notations of tools.
enum SizeText {
  private static let letters: [(Character, Int64)] = [
    ("k", 10), ("m", 20), ("g", 30), ("t", 40), ("p", 50), ("e", 60),
  ]

  /// Parses `64k`, `8M`, `100GiB` as powers of 1024, like fio, LVM and PostgreSQL. A bare number is bytes.
  static func binary(_ text: String) -> ByteCount? {
    let lower = text.lowercased()
    let digits = lower.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { return nil }
    let unit = lower.dropFirst(digits.count).trimmingBlanks
    guard let letter = unit.first, letter != "b" else { return bytes(number) }
    guard let shift = letters.first(where: { $0.0 == letter })?.1,
      ["", "b", "ib"].contains(String(unit.dropFirst()))
    else { return nil }
    return bytes(number * Double(Int64(1) << shift))
  }

  /// Parses a Kubernetes quantity: `8Gi` counts 1024, `8G` counts 1000, a bare number is bytes.
  static func kubernetes(_ text: String) -> ByteCount? {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    // A decimal exponent, as in `129e6`.
    if let number = Double(text), text.contains(where: { "eE".contains($0) }) { return bytes(number) }
    guard let number = Double(digits) else { return nil }
    let unit = text.dropFirst(digits.count)
    if unit.isEmpty { return bytes(number) }
    // A small 'm' is a thousandth, and only 'k' is small among the others.
    if unit == "m" { return bytes(number / 1_000) }
    let powers: [Character] = ["k", "M", "G", "T", "P", "E"]
    guard let index = powers.firstIndex(of: unit.first == "K" ? "k" : unit.first ?? " ") else { return nil }
    switch (unit.first, unit.dropFirst()) {
    case ("k", "i"), ("K", ""): return nil
    case (_, "i"): return bytes(number * Double(Int64(1) << letters[index].1))
    case (_, ""): return bytes((0...index).reduce(number) { product, _ in product * 1_000 })
    default: return nil
    }
  }

  private static func bytes(_ number: Double) -> ByteCount? {
    number.isFinite && number >= 0 && number < 1e18 ? ByteCount(Int64(number.rounded())) : nil
  }
}
