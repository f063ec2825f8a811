/// The reason why a schedule cannot be read.
struct ScheduleProblem: Error {
  /// The wrong part of the text.
  let part: String
  let message: String
  let hint: String
}

/// A field of a cron expression with its values, ascending.
struct CronSyntaxField {
  let values: [Int]
  /// Whether the field restricts nothing.
  let isFull: Bool
  /// Whether the field counts as an asterisk where days of the month and of the week are combined.
  let isStar: Bool
  /// A remark on another interpretation of the same text.
  var comment: String?

  /// The values; `nil` for a field without restriction.
  var restriction: [Int]? { isFull ? nil : values }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

  init(_ text: String, name: String, _ dialect: CronSyntax) throws(ScheduleProblem) {
    let range = Self.range(of: name, dialect)
    var values: [Int] = []
    var comment: String?
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let piece = try Self.piece(String(part), name: name, range, dialect)
      values += piece.values
      comment = comment ?? piece.comment
    }
    if name == "day of week" { values = values.map { dialect == .aws ? $0 - 1 : $0 % 7 } }
    values = values.sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    self.values = values
    self.comment = comment
    let size = name == "day of week" ? 7 : range.count
    isFull = values.count == size
    let isStarText = text.first == "*" || text == "?"
    isStar = isStarText && (dialect == .vixie || !text.contains("/") || text.hasSuffix("/1"))
  }

  private static func range(of name: String, _ dialect: CronSyntax) -> ClosedRange<Int> {
    switch name {
    case "second", "minute": 0...59
    case "hour": 0...23
    case "day of month": 1...31
    case "month": 1...12
    case "year": 1970...2199
    default: dialect == .aws ? 1...7 : 0...7
    }
  }

  private static func piece(
    _ text: String, name: String, _ range: ClosedRange<Int>, _ dialect: CronSyntax
  ) throws(ScheduleProblem) -> (values: [Int], comment: String?) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard halves.count <= 2, !halves[0].isEmpty else { throw problem(text, name, range) }
    var step = 1
    if halves.count == 2 {
      guard let number = Int(halves[1]), number >= 1 else { throw problem(text, name, range) }
      step = number
    }
    if halves[0] == "*" || halves[0] == "?" {
      let upper = name == "day of week" && dialect != .aws ? 6 : range.upperBound
      return (Array(stride(from: range.lowerBound, through: upper, by: step)), nil)
    }
    if dialect == .vixie, halves.count == 1, halves[0].contains("~") {
      // cronie draws a value of the range when it reads the file.
      let ends = halves[0].split(separator: "~", omittingEmptySubsequences: false).map(String.init)
      guard ends.count == 2 else { throw problem(text, name, range) }
      let first = ends[0].isEmpty ? range.lowerBound : try value(ends[0], name: name, range, dialect)
      let last = ends[1].isEmpty ? range.upperBound : try value(ends[1], name: name, range, dialect)
      guard first <= last else { throw problem(text, name, range) }
      return ([first], "'\(text)' is drawn at random from \(first) to \(last); \(first) is assumed")
    }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2 else { throw problem(text, name, range) }
    let first = try value(ends[0], name: name, range, dialect)
    guard ends.count == 2 else {
      guard halves.count == 2 else { return ([first], nil) }
      if dialect == .vixie {
        return (
          [first],
          "'\(text)': Debian's cron ignores a step behind a single number; newer readers count on to \(range.upperBound)"
        )
      }
      return (Array(stride(from: first, through: range.upperBound, by: step)), nil)
    }
    let last = try value(ends[1], name: name, range, dialect)
    if first <= last { return (Array(stride(from: first, through: last, by: step)), nil) }
    throw ScheduleProblem(
      part: text, message: "the range '\(text)' of the field '\(name)' runs backwards",
      hint: "write the smaller value first, or two ranges joined by a comma")
  }

  private static func value(
    _ text: String, name: String, _ range: ClosedRange<Int>, _ dialect: CronSyntax
  ) throws(ScheduleProblem) -> Int {
    let names = name == "month" ? months : name == "day of week" ? days : []
    if let index = names.firstIndex(of: text.lowercased()) {
      return name == "month" || dialect == .aws ? index + 1 : index
    }
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
      range.contains(number)
    else { throw problem(text, name, range) }
    return number
  }

  private static func problem(_ text: String, _ name: String, _ range: ClosedRange<Int>) -> ScheduleProblem {
    ScheduleProblem(
      part: text, message: "'\(text)' is no value of the field '\(name)'",
      hint: "write '*', a number from \(range.lowerBound) to \(range.upperBound), a range, a list or a step")
  }
}
