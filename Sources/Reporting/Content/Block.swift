import Planning
import Units

/// A part of a report under a heading of its own.
struct Section {
  /// Names it within a page.
  let id: String
  let name: String
  var blocks: [Block]
}

/// What a report consists of, before a format gives it a form.
indirect enum Block {
  case paragraph(Prose)
  case heading(Prose)
  case list([Prose])
  /// What is typed into a shell.
  case code(String)
  case figure(Figure)
  /// A figure that is drawn already.
  case drawing(caption: String, svg: String)
  case table(Table)
  /// Shown when somebody asks for it.
  case folded(summary: Prose, [Block])
}

/// A table whose first column names its rows.
struct Table {
  struct Column {
    let name: Prose
    /// Numbers stand to the right.
    let isNumber: Bool

    static func words(_ name: Prose) -> Column { Column(name: name, isNumber: false) }
    static func number(_ name: Prose) -> Column { Column(name: name, isNumber: true) }
  }

  /// What it shows, in a few words.
  let caption: Prose
  let columns: [Column]
  let rows: [[Cell]]
  /// Whether the rows mean the same in any order.
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
  /// What the column is sorted by; the text where there is none.
  var key: Int64?
  /// The verdict that the cell begins with.
  var verdict: Verdict?
  /// The words on the verdict's chip; the verdict's name where there are none.
  var chip: String?

  init(_ text: Prose, key: Int64? = nil, verdict: Verdict? = nil) {
    self.text = text
    self.key = key
    self.verdict = verdict
  }

  /// A verdict with the share of the drills that met both objectives.
  ///
  /// - Parameter worst: among equal verdicts the cells are sorted by this value.
  init(_ verdict: Verdict, met: Int, of drills: Int, _ text: Prose = "", worst: Achieved = .duration(.zero)) {
    let within = min(worst.duration?.nanoseconds ?? .max, Self.keysPerVerdict - 1)
    self.init(text, key: verdict.rank * Self.keysPerVerdict + max(0, within), verdict: verdict)
    if met < drills { chip = "\(verdict.name), \(met.shareWording(of: drills)) met" }
  }

  /// Five verdicts fit into 64 bits; a time of sixty years fits between two of them.
  private static let keysPerVerdict: Int64 = 1_800_000_000_000_000_000

  /// A verdict, and what is to be said of it.
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
  /// The share of a whole in percent, rounded down to a tenth, so that not all is never shown as `100 %`.
  func shareWording(of whole: Int) -> String {
    "\(decimal(UInt64(Int128(self) * 1_000 / Int128(Swift.max(1, whole))), places: 1)) %"
  }
}

extension Verdict {
  fileprivate var rank: Int64 { Int64(severity) }

  /// 0 for what was not assessed, then from `met`, 1, to `unrecoverable`, 4.
  var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Achieved {
  var forReading: String { duration?.forReading ?? "unrecoverable" }
}

extension Estimated {
  /// The value and, in brackets, where the true one lies.
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
  /// Whether it tells no more than the value does: that a time is not negative or no less than the value, that unrecoverable
  /// is the worst, or that both ends are the value.
  fileprivate func isTrivial(for value: Achieved) -> Bool {
    guard upper == nil else { return lower == upper }
    return lower == .duration(.zero) || lower == .unrecoverable || lower == value
  }
}
