import Foundation
import Replication
import Units

extension Duo {
  /// With `CAMPAIGN_TRACE` set everything that the engines are told and say is printed.
  private static let isLogged = ProcessInfo.processInfo.environment["CAMPAIGN_TRACE"] != nil

  func log(_ side: Int, _ event: ReplicationEvent, _ effects: [ReplicationEffect]) {
    guard Self.isLogged else { return }
    if case .timer(.heartbeat) = event { return }
    let milliseconds = Double(now.nanoseconds / 1_000) / 1_000
    print("\(milliseconds) \(side == primary ? "*" : " ")\(side) <- \(Self.brief("\(event)"))")
    for effect in effects { print("           -> \(Self.brief("\(effect)"))") }
  }

  func log(_ text: String) {
    if Self.isLogged { print("\(Double(now.nanoseconds / 1_000) / 1_000) == \(text)") }
  }

  private static func brief(_ text: String) -> String {
    var brief = text
    for noise in ["Replication.", "Storage.", "Units.", "ReplicationEffect.", "ReplicationEvent."] {
      brief = brief.replacingOccurrences(of: noise, with: "")
    }
    brief = brief.replacingOccurrences(
      of: "slice: ArraySlice\\(\\[[^]]*\\]\\)", with: "", options: .regularExpression)
    brief = brief.replacingOccurrences(of: "words: \\[[^]]*\\], ", with: "", options: .regularExpression)
    return String(brief.prefix(700))
  }
}
