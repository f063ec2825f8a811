import Documents
import ScenarioLanguage
import Testing

/// Archives that make no sense are rejected before anything runs.
@Suite struct LogArchiveReadingTests {
  private func errors(
    _ archive: String, backups: String = ArchiveCase.backups, hasDatabase: Bool = true
  ) -> String {
    do {
      if hasDatabase {
        _ = try ArchiveCase.scenario(ArchiveCase.fire, archive: archive, backups: backups)
      } else {
        _ = try SmallCase.scenario(
          vaults: ArchiveCase.vaults, disasters: ["d: { \(ArchiveCase.fire) }"],
          strategy: "\(backups)\n    logArchive: { vault: logs }")
      }
      return ""
    } catch {
      guard let error = error as? InputError else { return "\(error)" }
      return error.diagnostics.map { "\($0)" }.joined(separator: "\n")
    }
  }

  @Test(arguments: [
    ("interval: 0 s", "is out of range"),
    ("interval: 10 min, continuous: true", "a continuous archive sends each record at once"),
    ("replayRate: 1 MB/s, replayPerHour: 10 min", "'replayPerHour' and 'replayRate' exclude each other"),
    ("interval: 1 ms", "are more than 500000 in the run"), ("segmentSize: 0 B", "is out of range"),
    ("intervall: 5 min", "unknown key 'intervall'"),
  ])
  func whatContradictsItselfIsRejected(archive: String, message: String) {
    let told = errors(archive)
    #expect(told.contains(message), "\(told)")
  }

  @Test func anArchiveNeedsADatabaseAndAConsistentBase() {
    #expect(
      errors("", hasDatabase: false).contains("no service is a database, so there is no log to archive"))
    #expect(errors("", backups: "upkeep: {}").contains("there is no base on which the log could be replayed"))
    let fuzzy = ArchiveCase.backups.replacing("vault: safe,", with: "vault: safe, consistency: inconsistent,")
    #expect(errors("", backups: fuzzy).contains("no log can be replayed on an inconsistent base"))
  }

  @Test func aServiceDoesNotStartFromTheVaultBeforeItsLogIsReplayed() {
    let error = #expect(throws: InputError.self) {
      try ArchiveCase.scenario(
        ArchiveCase.fire, recovery: ArchiveCase.rebuild + ", instant: { slowdown: 20 % }")
    }
    #expect(error?.description.contains("before the log is replayed") == true, "\(error?.description ?? "")")
  }

  @Test func anArchiveThatBurnsWithTheDataIsToldBeforehand() throws {
    let near =
      ["safe: { device: store-b, capacity: 500 GiB, credentials: admin }"]
      + ["logs: { device: store, capacity: 500 GiB, credentials: log-admin }"]
    func told(_ scenario: Scenario) -> [String] {
      scenario.cautions.map(\.message).filter { $0.contains("archive") }
    }
    #expect(
      told(try ArchiveCase.scenario(ArchiveCase.fire, vaults: near))
        == ["'d' destroys the log archive 'logs' of 's' with the data, in site 'a'"])
    #expect(told(try ArchiveCase.scenario(ArchiveCase.fire)).isEmpty)
  }
}
