import Documents
import Retention
import Schedules
import Units

/// A time line of retention as one self-contained HTML page, with a line per rule and day by day.
public struct RetentionPage {
  private let timeline: RetentionTimeline

  public init(_ timeline: RetentionTimeline) { self.timeline = timeline }

  public var text: String {
    let question = timeline.question
    let title = "\(question.dialect.toolName) through the years"
    let subtitle =
      "\(question.dialect.wording). Schedule: \(question.schedule.timetable). Calendar of the rules: "
      + "\(question.zone). \(timeline.lives.count) points made, at most \(timeline.presentMaximum) at once."
    return Self.fill(["title": title.xmlEscaped, "subtitle": subtitle.xmlEscaped, "data": data])
  }

  /// The time line as a JavaScript value. Times are minutes of the wall clock since the first midnight.
  private var data: String {
    let question = timeline.question
    let zone = question.zone
    let firstDay = zone.local(question.schedule.start.wholeSeconds).flooredQuotient(86_400)
    func minutes(_ instant: Instant) -> Int {
      (zone.local(instant.wholeSeconds) - firstDay * 86_400).flooredQuotient(60)
    }
    let made = timeline.lives.map { minutes($0.point.instant) }
    let steps = zip(made, [0] + made).map { $0 - $1 }
    let lifetimes = zip(timeline.lives, made).map { life, made in
      life.ended.map { minutes($0) / 1_440 - made / 1_440 } ?? -1
    }
    var notes = NoteTable()
    let reasons = timeline.lives.map { life in
      life.ended == nil
        ? 0 : notes.place(of: question.dialect(ofRevision: life.revision).explanation(life.end))
    }
    let spans = timeline.spans.map { span in
      let note = span.finding.rules == 0 || span.finding.note != .none
      let place = note ? notes.place(of: question.dialect.explanation(span.finding)) : 0
      return "[\(span.life),\(span.days.lowerBound),\(span.days.upperBound),\(span.finding.rules),\(place)]"
    }
    let date = CalendarDay(number: firstDay)
    return "{\"first\":[\(date.year),\(date.month),\(date.dayOfMonth)],\"days\":\(timeline.dayEnds.count),"
      + "\"rules\":\(Self.list(question.dialect.ruleNames)),\"notes\":\(Self.list(notes.texts)),"
      + "\"steps\":[\(Self.join(steps))],\"lifetimes\":[\(Self.join(lifetimes))],"
      + "\"reasons\":[\(Self.join(reasons))],\"spans\":[\(spans.joined(separator: ","))]}"
  }

  /// Returns the template with a text for each `{{name}}`.
  private static func fill(_ texts: [String: String]) -> String {
    let template = String(decoding: PackageResources.retention_html, as: UTF8.self)
    var page = ""
    for (index, piece) in template.split(separator: "{{", omittingEmptySubsequences: false).enumerated() {
      let halves = piece.split(separator: "}}", maxSplits: 1, omittingEmptySubsequences: false)
      guard index > 0, halves.count == 2, let text = texts[String(halves[0])] else {
        page += index > 0 ? "{{" + piece : piece
        continue
      }
      page += text + halves[1]
    }
    return page
  }

  private static func join(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  /// Texts as a JSON list that is safe inside a script element.
  private static func list(_ texts: [String]) -> String {
    JSON.array(texts.map(JSON.string)).text().split(separator: "<", omittingEmptySubsequences: false)
      .joined(separator: "\\u003c")
  }
}

/// The distinct texts of a page, each stored once.
private struct NoteTable {
  private(set) var texts = [""]
  // Only looked up, never walked.
  private var places: [String: Int] = [:]

  mutating func place(of text: String) -> Int {
    if let place = places[text] { return place }
    places[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
