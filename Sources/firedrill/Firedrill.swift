import ArgumentParser

@main
struct Firedrill: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rehearse disasters on real backup and replication engines, and measure RPO, RTO and cost.")
}
