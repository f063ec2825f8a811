import Rehearsals
import Statistics
import Units

/// A part of a report with its own heading.
struct Section {
  /// The identifier within a page.
  let id: String
  let name: String
  var blocks: [ContentBlock]
}

/// A part of a report's content, independent of the format.
indirect enum ContentBlock {
  case paragraph(Prose)
  case heading(Prose)
  case list([Prose])
  /// A command for a shell.
  case code(String)
  case figure(Figure)
  /// A figure that is already drawn, and its file beside the Markdown; `nil` leaves it out there.
  case drawing(caption: String, svg: String, file: String? = nil)
  case table(Table)
  /// Content that is hidden until a reader opens it.
  case folded(summary: Prose, [ContentBlock])
}

/// A table whose first column names its rows.
struct Table {
  struct Column {
    let name: Prose
    /// Whether the column has numbers, which are aligned right.
    let isNumber: Bool

    static func words(_ name: Prose) -> Column { Column(name: name, isNumber: false) }
    static func number(_ name: Prose) -> Column { Column(name: name, isNumber: true) }
  }

  /// The caption in a few words.
  let caption: Prose
  let columns: [Column]
  let rows: [[Cell]]
  /// Whether the rows may be sorted.
  let isSortable: Bool

  init(_ caption: Prose, _ columns: [Column], _ rows: [[Cell]], isSortable: Bool = true) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for each column")
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.isSortable = isSortable
  }
}

struct Cell {
  let text: Prose
  /// The sort key; the text is used where there is none.
  var key: Int64?
  /// The verdict at the beginning of the cell.
  var verdict: Verdict?
  /// The words of the verdict's chip; `nil` for the verdict's name.
  var chip: String?

  init(_ text: Prose, key: Int64? = nil, verdict: Verdict? = nil) {
    self.text = text
    self.key = key
    self.verdict = verdict
  }

  /// Creates a verdict with the share of the drills that met both objectives.
  ///
  /// - Parameters:
  ///   - level: the level at which the objectives are met although some drill missed one; `nil` where all met
  ///     them, or too few.
  ///   - worst: among equal verdicts the cells are sorted by this value.
  init(
    _ verdict: Verdict, met: Int, of drills: Int, level: Ratio? = nil, _ text: Prose = "",
    worst: Achieved = .duration(.zero)
  ) {
    let verdict = level == nil ? verdict : .met
    let within = min(worst.duration?.nanoseconds ?? .max, Self.keysPerVerdict - 1)
    self.init(text, key: verdict.rank * Self.keysPerVerdict + max(0, within), verdict: verdict)
    guard met < drills else { return }
    let share = met.shareWording(of: drills)
    chip = level.map { "met at \($0.asPercent), \(share) of drills" } ?? "\(verdict.name), \(share) met"
  }

  /// The range of keys per verdict. Five verdicts fit into 64 bits, and a time of sixty years fits between
  /// two of them.
  private static let keysPerVerdict: Int64 = 1_800_000_000_000_000_000

  /// Creates a verdict with a remark.
  init(_ verdict: Verdict, _ text: Prose = "") {
    self.init(text, key: verdict.rank, verdict: verdict)
  }
}

extension Cell {
  static let none = Cell("-", key: -1)

  static func text(_ text: String) -> Cell { Cell(Prose(text)) }
  static func name(_ name: String) -> Cell { Cell(Prose(name: name)) }

  static func time(_ value: Achieved?) -> Cell {
    guard let value else { return .none }
    return Cell(Prose(value.forReading), key: value.duration?.nanoseconds ?? .max)
  }

  static func estimated(_ value: Estimated?) -> Cell {
    guard let value else { return .none }
    return Cell(Prose(value.forReading), key: value.value.duration?.nanoseconds ?? .max)
  }

  static func money(_ money: Money?) -> Cell {
    money.map { Cell(Prose($0.forReading), key: $0.minorUnits) } ?? .none
  }

  static func ratio(_ ratio: Ratio?) -> Cell {
    ratio.map { Cell(Prose($0.asPercent), key: $0.billionths) } ?? .none
  }

  static func count(_ count: Int) -> Cell { Cell(Prose(count.grouped), key: Int64(count)) }
}

extension Int {
  /// Returns the share of a whole in percent, rounded down to a tenth. A part is thus never shown as `100 %`.
  func shareWording(of whole: Int) -> String {
    "\(decimal(UInt64(Int128(self) * 1_000 / Int128(Swift.max(1, whole))), places: 1)) %"
  }
}

extension Verdict {
  fileprivate var rank: Int64 { Int64(severity) }

  /// The severity: 0 for not assessed, then from 1 for `met` to 4 for `unrecoverable`.
  var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Achieved {
  var forReading: String { duration?.forReading ?? "unrecoverable" }
}

extension Estimated {
  /// The value with its interval in brackets.
  var forReading: String {
    guard let interval, !interval.isTrivial(for: value) else { return value.forReading }
    let bounds =
      switch (interval.lower, interval.upper) {
      case (let lower?, let upper?): "\(lower.forReading) to \(upper.forReading)"
      case (let lower?, nil): "at least \(lower.forReading)"
      case (nil, let upper?): "at most \(upper.forReading)"
      case (nil, nil): "unknown"
      }
    return "\(value.forReading) (\(bounds))"
  }
}

extension ConfidenceInterval {
  /// Whether the interval adds nothing to the value. It may state only that a time is nonnegative or
  /// unrecoverable is the worst, or equal the value.
  fileprivate func isTrivial(for value: Achieved) -> Bool {
    guard upper == nil else { return lower == upper }
    return lower == .duration(.zero) || lower == .unrecoverable || lower == value
  }
}
