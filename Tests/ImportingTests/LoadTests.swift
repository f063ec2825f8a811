import Importing
import Testing
import Units

/// The written bytes by measurements, in small texts whose sums are known beforehand.
@Suite struct LoadTests {
  @Test func theFirstReportOfIostatIsLeftOutWhenItIsTheAverageSinceBoot() throws {
    func disk(_ rate: Double, _ total: Int) -> String {
      "{\"disk\": [{\"disk_device\": \"sda\", \"kB_read/s\": 0.0, \"kB_wrtn/s\": \(rate), \"kB_read\": 0, \"kB_wrtn\": \(total)}]}"
    }
    let reports = [disk(2, 200_000), disk(100, 1_000), disk(300, 3_000)].joined(separator: ",")
    let findings = try Findings(
      "{\"sysstat\": {\"hosts\": [{\"nodename\": \"h\", \"statistics\": [\(reports)]}]}}")
    #expect(findings.written("sda") == .kibibytes(4_000))
    #expect(findings.loads[0].length == .seconds(20))
    #expect(findings.notes.contains { $0.text.contains("average since boot") })
  }

  @Test func iostatTextIsReadInMebibytesWithCommasAndLocalTime() throws {
    let text = """
      Linux 6.1.0 (host1) \t11/29/2026 \t_x86_64_\t(2 CPU)

      11/29/2026 11:59:59 PM
      Device             tps    MB_read/s    MB_wrtn/s    MB_read    MB_wrtn
      sda               1,00         0,00         2,50          0         25
      loop0             1,00         0,00         2,50          0         25

      11/30/2026 12:00:09 AM
      Device             tps    MB_read/s    MB_wrtn/s    MB_read    MB_wrtn
      sda               1,00         0,00         0,00          0          0

      """
    let findings = try Findings(text)
    #expect(findings.loads.map(\.device) == ["sda"])
    #expect(findings.written("sda") == .mebibytes(25))
    #expect(findings.loads[0].length == .seconds(20))
  }

  @Test func sadfReadsSectorsOfOldVersionsAndSkipsRestarts() throws {
    let text = """
      # hostname;interval;timestamp;DEV;tps;rd_sec/s;wr_sec/s;avgrq-sz
      h;10;2026-11-29 11:28:49 UTC;sda;1.0;0.00;20.00;1
      h;-1;2026-11-29 11:29:49 UTC;LINUX-RESTART
      h;10;2026-11-29 11:30:49 UTC;sda;1.0;0.00;4.00;1

      """
    #expect(try Findings(text).written("sda") == ByteCount(240 * 512))
  }

  @Test func fioBeforeVersionThreeCountsKibibytes() throws {
    let text = """
      {"fio version": "fio-2.16", "jobs": [{"jobname": "j", "error": 0,
       "read": {"io_bytes": 0, "runtime": 0}, "write": {"io_bytes": 2048, "runtime": 1000}}]}
      """
    #expect(try Findings(text).written("j") == .mebibytes(2))
  }

  private static let dump = """
    # TYPE node_boot_time_seconds gauge
    node_boot_time_seconds 1000
    # TYPE node_disk_written_bytes_total counter
    node_disk_written_bytes_total{device="sda"} %W
    node_disk_written_bytes_total{device="dm-0"} %W
    node_time_seconds %T

    """

  @Test func countersOfNodeExporterGiveDifferencesAndSurviveAReset() throws {
    let dumps = [("2000", "1e+06"), ("2060", "1.5e+06"), ("2120", "100")]
      .map { Self.dump.replacing("%T", with: $0.0).replacing("%W", with: $0.1) }.joined()
    let findings = try Findings(dumps)
    #expect(findings.loads.map(\.device) == ["sda"])
    #expect(findings.loads[0].windows.map(\.written.bytes) == [500_000, 100])
    #expect(findings.loads[0].length == .seconds(120))
  }

  @Test func oneDumpGivesTheAverageSinceBootAndSaysSo() throws {
    let findings = try Findings(Self.dump.replacing("%T", with: "2000").replacing("%W", with: "5000000"))
    #expect(findings.loads[0].length == .seconds(1_000) && findings.written("sda") == ByteCount(5_000_000))
    #expect(findings.notes.contains { $0.text.contains("since boot only") })
  }

  @Test func aCounterWithoutATimeIsRefused() throws {
    let text =
      "node_disk_written_bytes_total{device=\"sda\"} 5\nnode_disk_written_bytes_total{device=\"sda\"} 6\n"
    #expect(firstError(text)?.hasPrefix("1: nothing says when this counter was read") == true)
  }

  @Test func tracesGiveBytesWindowsAndLocality() throws {
    // Eleven writes: ten in a row, one elsewhere; a read counts as none.
    let rows =
      (0..<10).map { "0,\(1_000 + $0 * 16),8192,W,\(Double($0) * 0.1)" } + [
        "0,9000,4096,w,1.5", "0,1000,4096,R,1.6",
      ]
    let load = try Findings(rows.joined(separator: "\n") + "\n").loads[0]
    #expect(load.written == ByteCount(10 * 8_192 + 4_096))
    #expect(load.windows.map(\.written.bytes) == [81_920, 4_096])
    #expect(load.sequentialShare == .percent(90))
    #expect(load.writeSize == .kibibytes(8))
  }

  @Test func msrTracesCountTimeInHundredNanoseconds() throws {
    let text = """
      128166372003061629,hm,0,Read,383496192,32768,413
      128166372013061629,hm,0,Write,383496192,4096,100
      128166372033061629,hm,1,Write,0,8192,100

      """
    let findings = try Findings(text)
    #expect(findings.loads.map(\.device) == ["hm0", "hm1"])
    #expect(findings.written("hm0") == .kibibytes(4) && findings.written("hm1") == .kibibytes(8))
  }

  @Test func blkparseCountsCompletedWritesOnce() throws {
    let text = """
        8,0    1        1     0.000000000   697  Q   W 223490 + 8 [kjournald]
        8,0    1        2     0.000001000   697  D   W 223490 + 8 [kjournald]
        8,0    1        3     0.500000000     0  C   W 223490 + 8 [0]
        8,0    1        4     1.500000000     0  C  WS 223498 + 16 [0]
        8,0    1        5     1.600000000     0  C  DS 1 + 1024 [0]

      """
    let load = try Findings(text).loads[0]
    #expect(load.written == ByteCount(24 * 512))
    #expect(load.sequentialShare == .one)
  }

  /// Half of all writes go to one page of a hundred: far from uniform.
  @Test func skewIsZeroForUniformWritesAndLargeForHotPages() throws {
    let uniform = (0..<400).map { "0,\(($0 * 37 % 100) * 8),4096,W,\($0)" }
    let hot = (0..<400).map { "0,\($0 % 2 == 0 ? 0 : ($0 * 37 % 100) * 8),4096,W,\($0)" }
    #expect(try Findings(uniform.joined(separator: "\n")).loads[0].skew == .zero)
    let skew = try #require(try Findings(hot.joined(separator: "\n")).loads[0].skew)
    #expect(skew > .percent(60) && skew < .percent(150))
  }

  @Test func aLongMeasurementIsReplayedFromAFileAndAShortOneByItsMean() throws {
    let rows = (1...10).map { "\($0 * 600),0,\($0 * 1_000_000)" }
    let findings = try Findings(
      (["end_seconds,read_bytes,written_bytes"] + rows).joined(separator: "\n"), named: "sda.csv")
    var options = ImportOptions()
    options.churnStem = "shop"
    let imported = Importer.scenario(from: findings, title: "Test", options)
    #expect(imported.churnFiles.map(\.name) == ["shop-sda.csv"])
    #expect(imported.text.contains("churnFile: \"shop-sda.csv\""))
    #expect(
      imported.churnFiles[0].text.hasPrefix("end_seconds,read_bytes,written_bytes\n600.000,0,1000000\n"))
    #expect(!imported.textWithoutFiles.contains("churnFile"))
  }

  /// Partitions and device-mapper volumes write to the same disk.
  @Test func partitionsAndStackedDevicesAreNotCountedTwice() throws {
    let rows = ["nvme0n1", "nvme0n1p1", "sda", "sda3", "dm-0", "md127"].map {
      "\($0)  1.00  0.00  10.00  0  100"
    }
    let text = """
      Device             tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn
      \(rows.joined(separator: "\n"))

      """
    let findings = try Findings(text)
    #expect(findings.loads.map(\.device) == ["nvme0n1", "sda"])
    #expect(findings.notes.contains { $0.text.hasSuffix("nvme0n1p1, sda3, dm-0, md127") })
    let alone = try Findings(
      text.split(separator: "\n").filter { !$0.contains("sda") && !$0.contains("nvme") }.joined(
        separator: "\n"))
    #expect(alone.loads.map(\.device) == ["dm-0", "md127"])
  }

  @Test func ratesOfIostatInJSONTakeTheirIntervalFromTheClock() throws {
    func report(_ time: String, _ rate: Int) -> String {
      "{\"timestamp\": \"11/29/26 \(time)\", \"disk\": [{\"disk_device\": \"sda\", \"rkB/s\": 0.0, \"wkB/s\": \(rate).0}]}"
    }
    let reports = [report("23:59:00", 900), report("00:00:00", 10), report("00:01:00", 20)].joined(
      separator: ",")
    let findings = try Findings("{\"sysstat\": {\"hosts\": [{\"statistics\": [\(reports)]}]}}")
    #expect(findings.written("sda") == .kibibytes(1_800))
    #expect(findings.loads[0].length == .seconds(120))
  }

  @Test func countersOfSeveralHostsStayApart() throws {
    func dump(_ first: (Int, Int), _ second: (Int, Int)) -> String {
      [("h1", first), ("h2", second)].map { host, value in
        "node_disk_written_bytes_total{device=\"sda\",instance=\"\(host)\"} \(value.1)\nnode_time_seconds{instance=\"\(host)\"} \(value.0)\n"
      }.joined() + "# EOF\n"
    }
    let findings = try Findings(dump((5_000, 1_000), (5_010, 9_000)) + dump((5_060, 61_000), (5_060, 9_500)))
    #expect(findings.written("h1/sda") == ByteCount(60_000) && findings.written("h2/sda") == ByteCount(500))
    #expect(findings.loads.map(\.length) == [.seconds(60), .seconds(50)])
  }

  /// Each document is cumulative: the last alone counts, and its jobs are added up.
  @Test func theLastOfFourDocumentsOfFioCounts() throws {
    let documents = (1...4).map { step in
      let job =
        "{\"jobname\": \"w\", \"error\": 0, \"read\": {\"io_bytes\": 0}, \"write\": {\"io_bytes\": \(step * 3_145_728), \"io_kbytes\": 1, \"runtime\": \(step * 1_000)}}"
      return "{\"fio version\": \"fio-3.33\", \"jobs\": [\(job), \(job)]}"
    }
    let text =
      "fio: a note\n\(documents.joined(separator: "\n"))\n\nw: (groupid=0, jobs=2): err= 0\n  write: IOPS=12\n"
    #expect(try Findings(text).written("w") == ByteCount(25_165_824))
    #expect(firstError("{\"version\": 4, \"resources\": []}\ntext\n") != nil)
  }
}
