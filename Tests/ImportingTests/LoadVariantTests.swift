import Importing
import Testing
import Units

/// Measurements in the forms in which tools and published traces write them.
@Suite struct LoadVariantTests {
  /// sar prints at the end of an interval, and its headings have the interval's start.
  @Test(arguments: [
    """
    12:00:01 AM       DEV       tps     rkB/s     wkB/s
    12:10:01 AM       sda      4.06      1.00    100.00
    12:10:01 AM       sdb      4.06      0.00      1.00
    12:20:01 AM       sda      4.06      0.00    200.00
    12:20:01 AM       sdb      4.06      0.00      1.00

    12:20:01 AM       DEV       tps     rkB/s     wkB/s
    12:30:01 AM       sda      4.06      0.00    100.00
    Average:          sda      4.06      0.00    133.33
    """,
    """
    23:50:01          DEV       tps     rkB/s     wkB/s
    00:00:01          sda      4,06      1,00    100,00
    00:00:01          sdb      4,06      0,00      1,00
    00:10:01          sda      4,06      0,00    200,00
    00:10:01          sdb      4,06      0,00      1,00
    00:20:01          sda      4,06      0,00    100,00
    Average:          sda      4,06      0,00    133,33
    """,
  ])
  func sarGivesWhatEachDiskWroteInItsIntervals(table: String) throws {
    let text = "Linux 6.1.0-18-amd64 (host1) \t11/29/26 \t_x86_64_\t(4 CPU)\n\n\(table)\n"
    let found = try Findings(text)
    #expect(found.loads.map(\.device) == ["sda", "sdb"])
    #expect(found.written("sda") == ByteCount(400 * 1_024 * 600))
    #expect(found.loads[0].length == .minutes(30))
    #expect(found.loads[0].windows[0].read == ByteCount(1_024 * 600))
  }

  @Test func sarOfOldVersionsCountsSectors() throws {
    let text = "12:00:01 DEV tps rd_sec/s wr_sec/s\n12:10:01 dev8-0 1.00 0.00 20.00\n"
    #expect(try Findings(text).written("dev8-0") == ByteCount(20 * 512 * 600))
  }

  @Test(arguments: [
    "0,20941264,8192,W,0.551706\n0,20941280,8192,w,1.554041\n1,3436288,15872,r,1.25\n",
    "ASU,LBA,Size,Opcode,Timestamp\n0, 20941264, 8192, W, 0.551706\n0, 20941280, 8192, W, 1.554041, x\n1, 1, 512, R, 1.3\n",
  ])
  func spcTracesAreReadWithHeadingBlanksAndFurtherFields(text: String) throws {
    let found = try Findings(text)
    #expect(found.loads.map(\.device) == ["asu0", "asu1"])
    #expect(found.written("asu0") == ByteCount(16_384) && found.written("asu1") == .zero)
    #expect(found.loads[0].sequentialShare == .one, "8192 bytes are 16 blocks")
  }

  @Test(arguments: [
    "128166372003061629,hm,1,Write,383496192,32768,413\n128166372016382155,hm,1,Read,310983680,40960,1132\n",
    "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\n128166372003061629,hm,1,Write,383496192,32768,413\n128166372016382155,hm,1,Read,1,4096,5\n",
    "128166372003061629,hm,1,W,383496192,32768,413\n128166372016382155,hm,1,R,310983680,40960,1132\n",
  ])
  func msrTracesAreReadWithHeadingAndShortWords(text: String) throws {
    #expect(try Findings(text).written("hm1") == ByteCount(32_768))
  }

  @Test(arguments: [
    ("0,1,512,W,0\n0,2,512,W,1\n0,3,512,W,2\n0,4,512,W,soon\n", "4: this line is no request of the trace"),
    (
      "128166372003061629,hm,1,Write,1,2,3\n128166372003061629,hm,1,Write,1,2,3\n128166372003061629,hm,1,Erase,1,2,3\n",
      "3: this line is no request of the trace"
    ),
  ])
  func aWrongLineOfATraceHasItsPlaceAndMend(text: String, error: String) throws {
    let told = try #require(firstError(text))
    #expect(told.hasPrefix(error) && told.contains("; write '"), "\(told)")
  }

  /// Flushes, forced writes and metadata are writes; discards move no data, and a trace of one layer counts once.
  @Test func blkparseKnowsTheKindsOfRequests() throws {
    let text = """
      259,0    5        1     0.000000000  1234  A WFS 1048576 + 8 <- (259,2) 0
      259,0    5        2     0.000000100  1234  Q WFS 1048576 + 8 [fio]
      259,0    5        3     0.000000200  1234  G WFS 1048576 + 8 [fio]
      259,0    5        4     1.000000000  1234  Q WM 1048584 + 16 [fio]
      259,0    5        5     2.000000000  1234  Q DS 1048584 + 80000 [fio]
      259,0    5        6     2.500000000  1234  Q RA 5 + 8 [fio]
      259,0    5        7     2.600000000  1234  Q FF 0 [fio]
      CPU0 (259,0):
       Reads Queued:           1,        4KiB\t Writes Queued:         2,       12KiB
      """
    let found = try Findings(text)
    #expect(found.written("259:0") == ByteCount(24 * 512))
    #expect(found.loads[0].windows.reduce(ByteCount.zero) { $0 + $1.read } == ByteCount(8 * 512))
    #expect(found.loads[0].sequentialShare == .one)
  }

  // MARK: Prices

  private static func infracost(_ resources: String, currency: String = "USD") -> String {
    "{\"version\": \"0.2\", \"currency\": \"\(currency)\", \"timeGenerated\": \"2026-11-29T10:00:00Z\", "
      + "\"projects\": [{\"name\": \"p\", \"breakdown\": {\"resources\": [\(resources)]}}]}"
  }

  private static func component(_ name: String, _ unit: String, _ price: String) -> String {
    "{\"name\": \"\(name)\", \"unit\": \"\(unit)\", \"price\": \(price)}"
  }

  /// A disk that is priced as a whole, or the storage of a managed database, has no price of a plain GiB.
  @Test func infracostTakesPricesOfGiBOnlyFromWhatIsPricedByGiB() throws {
    let azure =
      "{\"name\": \"azurerm_managed_disk.d\", \"costComponents\": [\(Self.component("Storage (P10, LRS)", "months", "\"19.71\""))]}"
    #expect(try Findings(Self.infracost(azure)).prices.isEmpty)
    let database =
      "{\"name\": \"aws_db_instance.d\", \"costComponents\": [\(Self.component("Storage (general purpose SSD, gp2)", "GB", "\"0.115\""))]}"
    let disk =
      "{\"name\": \"aws_ebs_volume.v\", \"costComponents\": [\(Self.component("Storage (general purpose SSD, gp3)", "GB", "\"0.08\""))]}"
    let found = try Findings(Self.infracost("\(database), \(disk)"))
    #expect(found.prices.map(\.item) == ["storage.disk"] && found.prices.map(\.amount) == ["0.08"])
  }

  @Test func infracostOfGoogleInEurosMakesAScenarioInEuros() throws {
    let instance =
      "{\"name\": \"google_compute_instance.i\", \"costComponents\": ["
      + Self.component("Instance usage (Linux/UNIX, on-demand, n1-standard-1)", "hours", "\"0.0475\"")
      + "], \"subresources\": [{\"name\": \"boot_disk\", \"costComponents\": ["
      + Self.component("Standard provisioned storage (pd-standard)", "GB", "\"0.04\"") + "]}]}"
    let snapshot =
      "{\"name\": \"google_compute_snapshot.s\", \"costComponents\": [\(Self.component("Storage", "GB", "\"0.026\""))]}"
    let found = try Findings(Self.infracost("\(instance), \(snapshot)", currency: "EUR"))
    #expect(found.prices.map(\.item) == ["compute.medium.running", "storage.disk", "storage.snapshot"])
    #expect(found.prices.map(\.unit) == ["hour", "GiB month", "GiB month"])
    #expect(try found.scenario().scenario.prices.currency.code == "EUR")
  }

  @Test func aPriceThatInfracostDoesNotKnowIsLeftOut() throws {
    let instance =
      "{\"name\": \"aws_instance.i\", \"costComponents\": ["
      + Self.component("Instance usage (Linux/UNIX, on-demand, t3.micro)", "hours", "null") + "]}"
    #expect(try Findings(Self.infracost(instance)).prices.isEmpty)
  }
}
