/// The way in which a tool reads a cron expression.
enum CronDialect: Sendable {
  /// cron of Debian and Red Hat: five fields; an asterisk with a step still counts as an asterisk.
  case vixie
  /// Kubernetes, Velero, VolSync, Longhorn: five fields, read by the Go library robfig/cron.
  case robfig
  /// CloudNativePG: robfig/cron with a field of seconds before the others.
  case robfigWithSeconds
  /// AWS: six fields, the last a year; `?`, and Sunday is 1.
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
