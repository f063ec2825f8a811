import Glibc
import Reporting
import Testing
import Units

@Suite struct WordingTests {
  @Test(arguments: [
    (Duration.zero, "0 s"), (.nanoseconds(1), "0.001 us"), (.microseconds(250), "250 us"),
    (.nanoseconds(999_999_600), "1 s"), (.milliseconds(840), "840 ms"), (.milliseconds(1_540), "1.5 s"),
    (.milliseconds(12_400), "12 s"), (.milliseconds(59_600), "1 min"), (.seconds(90), "1 min 30 s"),
    (.seconds(3_599), "59 min 59 s"), (.milliseconds(3_599_700), "1 h"), (.minutes(367), "6 h 7 min"),
    (.hours(24), "24 h"), (.minutes(47 * 60 + 31), "47 h 31 min"), (.hours(48), "2 d"),
    (.hours(76), "3 d 4 h"),
    (.nanoseconds(.max), "106752 d"),
  ])
  func timesReadLikeTimes(_ time: Duration, _ words: String) throws {
    var report = try SmallReport.report()
    report.scenario.objectives.rpo = time
    #expect(MarkdownReport(report).text.contains("Asked for: at most \(words) of lost data"))
  }

  @Test(arguments: [
    (Int64(0), "0 B"), (1_000, "1000 B"), (1_023, "1 KiB"), (1_024, "1 KiB"), (1_280, "1.25 KiB"),
    (10_240 + 512, "10.5 KiB"),
    (142 << 30, "142 GiB"), (1 << 40 - 1, "1 TiB"), (.max, "8192 PiB"),
  ])
  func sizesReadLikeSizes(_ bytes: Int64, _ words: String) throws {
    var report = try SmallReport.report()
    report.strategies[0].protection.vaultBytes = ByteCount(bytes)
    #expect(MarkdownReport(report).text.contains("The vaults hold \(words) at the end"))
  }

  @Test func aReportIsTheSameInEveryLocale() throws {
    let report = try SmallReport.report()
    let before = ReportFormat.allCases.flatMap { $0.files(of: report) }
    let kept = setlocale(LC_ALL, nil).map { String(cString: $0) }
    defer { setlocale(LC_ALL, kept ?? "C") }
    for locale in ["de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.UTF-8", "C"] where setlocale(LC_ALL, locale) != nil {
      #expect(ReportFormat.allCases.flatMap { $0.files(of: report) } == before)
    }
  }

  @Test func aReportIsTheSameEveryTime() throws {
    let reports = try (0..<3).map { _ in
      let report = try SmallReport.report()
      return ReportFormat.allCases.flatMap { $0.files(of: report) }
    }
    #expect(reports.allSatisfy { $0 == reports[0] })
  }
}
