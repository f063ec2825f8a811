import Schedules

/// The interpretation of a cron expression by a tool.
enum CronSyntax: Sendable {
  /// cron of Debian and Red Hat, with five fields. An asterisk with a step still counts as an asterisk.
  case vixie
  /// Kubernetes, Velero, VolSync, Longhorn, with five fields, parsed by the Go library robfig/cron.
  case robfig
  /// CloudNativePG: robfig/cron with a leading field of seconds.
  case robfigWithSeconds
  /// AWS, with six fields, the last a year; `?`, and Sunday is 1.
  case aws

  var fieldNames: [String] {
    let five = ["minute", "hour", "day of month", "month", "day of week"]
    switch self {
    case .vixie, .robfig: return five
    case .robfigWithSeconds: return ["second"] + five
    case .aws: return five + ["year"]
    }
  }

  /// An example with the right number of fields.
  var example: String {
    switch self {
    case .vixie, .robfig: "0 1 * * *"
    case .robfigWithSeconds: "0 0 1 * * *"
    case .aws: "cron(0 1 * * ? *)"
    }
  }
}

extension CronSyntax {
  private var dialect: CronDialect {
    switch self {
    case .vixie: .cron
    case .robfig: .kubernetes
    case .robfigWithSeconds: .cloudNativePG
    case .aws: .aws
    }
  }

  /// Returns the expression as the scenario language writes it; `nil` where that cannot read it.
  func notation(_ expression: String) -> String? {
    guard (try? CronRule(parsing: expression, dialect: dialect)) != nil else { return nil }
    return "cron: \(expression.quotedForYAML), dialect: \(dialect.rawValue)"
  }
}
