import Documents
import Estate
import ScenarioLanguage
import Testing
import Units

@Suite struct ChurnFiles {
  private func windows(_ rows: String) throws(InputError) -> [ChurnWindow] {
    try ChurnFile.windows(
      in: SourceText(name: "w.csv", text: "end_seconds,read_bytes,written_bytes\n" + rows))
  }

  @Test func windowsAreReadExactly() throws {
    #expect(
      try windows("1786.750765,52809728,555540480\n3599.753568,0,44941312\n") == [
        ChurnWindow(
          end: .nanoseconds(1_786_750_765_000), written: ByteCount(555_540_480), read: ByteCount(52_809_728)),
        ChurnWindow(end: .nanoseconds(3_599_753_568_000), written: ByteCount(44_941_312), read: .zero),
      ])
  }

  @Test func rowsThatEndTogetherAreOneWindowAndLoseNoByte() throws {
    let rows = try windows("10,1,2\r\n10,0,5\r\n20,4,4\r\n")
    #expect(rows.map(\.end) == [.seconds(10), .seconds(20)])
    #expect(rows.map(\.written) == [ByteCount(7), ByteCount(4)])
  }

  @Test(arguments: [
    (
      "1800,4096,many\n", "2:11: error: 'many' is not a number", "write whole bytes in digits, without a unit"
    ),
    ("1800,-4096,0\n", "2:6: error: '-4096' is negative", "write a number of zero or more"),
    ("-3,0,0\n", "2:1: error: '-3' is negative", "write a number of zero or more"),
    ("", "1:1: error: there is a header only, and no window", "add rows such as '1800,4096,8192'"),
    (
      "20,0,0\n10.5,0,0\n", "3:1: error: time runs backwards: the window before ends at 20 s",
      "sort the rows by end_seconds"
    ),
    (
      "nan,0,0\n", "2:1: error: 'nan' is not a number",
      "write seconds in digits, with at most nine behind the point"
    ),
    (
      "1e3,0,0\n", "2:1: error: '1e3' is not a number",
      "write seconds in digits, with at most nine behind the point"
    ),
    (
      "1800,0\n", "2:1: error: 2 columns where there should be 3",
      "write 'end_seconds,read_bytes,written_bytes' as in '1800,4096,8192'"
    ),
    ("0,0,0\n", "2:1: error: a window ends after the start at 0 s", "write its end in seconds"),
    (
      "1800,0,99999999999999999999\n", "2:8: error: 99999999999999999999 is too large",
      "at most 1 PiB is meant to stand here"
    ),
    ("99999999999,0,0\n", "2:1: error: 99999999999 is too large", "at most ten years is meant to stand here"),
    ("1800,,0\n", "2:6: error: '' is not a number", "write whole bytes in digits, without a unit"),
  ])
  func aBadRowIsToldWithItsMend(rows: String, head: String, hint: String) throws {
    let error = try #require(throws: InputError.self) { try windows(rows) }
    #expect(error.diagnostics.count == 1)
    #expect(error.description.hasPrefix("w.csv:\(head)\n"), "\(error)")
    #expect(error.description.hasSuffix("\nhint: \(hint)"), "\(error)")
  }

  @Test func everyBadRowIsToldUpToTen() throws {
    let few = try #require(throws: InputError.self) { try windows("a,0,0\n5,0,0\n6,b,0\n") }
    #expect(few.diagnostics.map(\.line) == [2, 4])
    let many = try #require(throws: InputError.self) {
      try windows(String(repeating: "x,y,z\n", count: 5_000))
    }
    #expect(many.diagnostics.count == 10)
  }

  @Test func anotherHeaderIsRefused() throws {
    let error = try #require(throws: InputError.self) {
      try ChurnFile.windows(in: SourceText(name: "w.csv", text: "time,read,written\n1,2,3\n"))
    }
    #expect(error.diagnostics[0].hint == "the first line must be 'end_seconds,read_bytes,written_bytes'")
  }

  private static let measured = (1...53).map { "../shared/data/churn/w0\($0 < 10 ? "0" : "")\($0).csv" }
  private static var isMeasuredDataHere: Bool { (try? ChurnFile.read(measured[0])) != nil }

  @Test(
    .enabled(if: isMeasuredDataHere, "the measured volumes of ../shared/data are not on this machine"))
  func everyMeasuredVolumeIsRead() throws {
    for path in Self.measured {
      let windows = try ChurnFile.read(path)
      #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.end < $1.end })
      #expect(windows.count > 40)
    }
  }
}
