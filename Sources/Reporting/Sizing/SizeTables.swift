import Decision
import Units

/// The answers of a sizing as rows.
struct SizeTables {
  let report: SizeReport

  static let header = [
    "resource", "keeps", "of the time", "enough", "kept with it", "too little", "kept with that", "stated",
  ]

  var rows: [[String]] {
    report.answers.map { answer in
      let question = answer.question
      func text(_ amount: Int64?) -> String { amount.map(question.text) ?? "-" }
      return [
        "\(question.resource.rawValue) `\(question.path)`", goal(question.goal), answer.level.asPercent,
        answer.threshold.enough == nil ? "not by this alone" : text(answer.threshold.enough),
        answer.shareWithEnough?.asPercent ?? "-",
        answer.threshold.tooLittle == nil ? "none tried" : text(answer.threshold.tooLittle),
        answer.shareWithTooLittle?.asPercent ?? "-", text(question.stated),
      ]
    }
  }

  func goal(_ goal: SizeQuestion.Goal) -> String {
    switch goal {
    case .rpo: "RPO of \(report.objectives.rpo.forReading)"
    case .rto: "RTO of \(report.objectives.rto.forReading)"
    case .reach(let age): "points back to \(age.forReading)"
    }
  }
}

extension SizeQuestion.Goal {
  /// The word in tables and JSON.
  var reportName: String {
    switch self {
    case .rpo: "rpo"
    case .rto: "rto"
    case .reach: "journal_reach"
    }
  }
}

extension SizeQuestion.Unit {
  /// The word in tables and JSON.
  var reportName: String {
    switch self {
    case .bytes: "bytes"
    case .bytesPerSecond: "bytes_per_second"
    case .people: "people"
    }
  }
}
