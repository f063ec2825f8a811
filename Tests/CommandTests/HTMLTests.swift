import Foundation
import Testing

/// The page in a real browser, where a Chromium is installed.
@Suite(.serialized) struct HTMLTests {
  private static var browser: URL? {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map { URL(filePath: $0) }
  }

  /// A second strategy, cheaper and first by name, so that there is an order to change.
  private static let twoStrategies = """
      weekly:
        title: Weekly backup
        backups:
          - vault: vault
            schedule: FREQ=WEEKLY;BYDAY=MO;BYHOUR=1;BYMINUTE=0;BYSECOND=0
            retention: { count: 2 }
            blockSize: 64 KiB
            compressionLevel: 1
        recovery:
          replace: { disk: 4 h, host: 1 h, device: 24 h }
          redirect: 5 min
          scanRate: 200 MB/s

    """

  /// The picture that restic's users asked for in issue 3781, as a wide and as a narrow window show it.
  @Test(arguments: [1_280, 500]) func theTimeLineOfRetentionFitsTheWindowAndMovesThroughTheDays(_ width: Int)
    throws
  {
    guard let browser = Self.browser else {
      print("skipped: no chromium is installed")
      return
    }
    let folder = try ScratchFolder()
    let rules = "{restic: {keepDaily: 7, keepWeekly: 5, keepMonthly: 12, keepYearly: 3}}"
    let made = try Command(
      running: Command.executable,
      [
        "retention", "--schedule", "FREQ=DAILY;BYHOUR=3;BYMINUTE=0;BYSECOND=0", "--rules", rules, "--from",
        "2026-01-01", "--until", "2028-12-31", "--format", "html", "--out", "r.html",
      ], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let page = try String(contentsOfFile: "\(folder.path)/r.html", encoding: .utf8)
    let look = """
      <script>
      const seen = () => [$("date").textContent, document.querySelectorAll("#kept tr").length,
        document.querySelectorAll("#figure .point").length, document.querySelectorAll("#figure .gone").length].join(" ");
      const figure = $("figure"), box = figure.getAttribute("viewBox").split(" ");
      const fits = [...figure.querySelectorAll("text")].every(t => { const b = t.getBBox(); return b.x >= 0 && b.x + b.width <= Number(box[2]) + 1; });
      const texts = [seen()];
      $("previous").click(); texts.push(seen());
      document.title = [texts.join("|"), Number(box[2]) <= innerWidth, fits, document.documentElement.scrollWidth <= innerWidth].join("|");
      </script></body>
      """
    let file = try folder.write(page.replacingOccurrences(of: "</body>", with: look), to: "look.html")
    let dump = try Command(
      running: browser,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
        "--window-size=\(width),900", "--dump-dom", "file://\(file)#2028-03-15",
      ])
    // The 22 snapshots are 27 marks: 7 daily, 5 weekly, 12 monthly and 3 yearly ones.
    #expect(
      dump.output.contains("<title>2028-03-15 22 27 1|2028-03-14 22 27 1|true|true|true</title>"),
      "\(dump.output.prefix(200)) \(dump.errors.suffix(300))")
  }

  @Test func aTableIsSortedByAClickOnItsHead() throws {
    guard let browser = Self.browser else {
      print("skipped: no chromium is installed")
      return
    }
    let folder = try ScratchFolder()
    try folder.write(SmallScenario.text + Self.twoStrategies, to: "shop.yaml")
    let run = try Command(
      running: Command.executable, ["run", "shop.yaml", "--format", "html"], in: folder.path)
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    let page = try String(contentsOfFile: "\(folder.path)/reports/shop.html", encoding: .utf8)
    // The page presses its own buttons and writes down the order of the rows after each press.
    let press = """
      <script>
      const head = [...document.querySelectorAll("#glance ~ div th button")].find(b => b.textContent === "cost a year");
      const table = head.closest("table");
      const order = () => [...table.tBodies[0].rows].map(r => r.cells[0].firstChild.textContent).join(",");
      const seen = [order()];
      head.click(); seen.push(order() + ":" + head.closest("th").getAttribute("aria-sort"));
      head.click(); seen.push(order() + ":" + head.closest("th").getAttribute("aria-sort"));
      document.title = seen.join("|");
      </script></body>
      """
    let pressed = page.replacingOccurrences(of: "</body>", with: press)
    let file = try folder.write(pressed, to: "pressed.html")
    let dump = try Command(
      running: browser,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile", "--dump-dom",
        "file://\(file)",
      ])
    #expect(
      dump.output.contains(
        "<title>nightly,weekly|weekly,nightly:ascending|nightly,weekly:descending</title>"),
      "\(dump.output.prefix(600))")
  }

  /// Arrow keys move between cells, Enter opens one, Escape goes back, and the command replays the drill.
  @Test func theExplorerIsUsedWithTheKeyboardAlone() throws {
    guard let browser = Self.browser else {
      print("skipped: no chromium is installed")
      return
    }
    let folder = try ScratchFolder()
    try folder.write(SmallScenario.text + Self.twoStrategies, to: "shop.yaml")
    _ = try Command(running: Command.executable, ["run", "shop.yaml", "--format", "html"], in: folder.path)
    let page = try String(contentsOfFile: "\(folder.path)/reports/shop.html", encoding: .utf8)
    let press = """
      <script>
      const key = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      const grid = document.getElementById("x-grid"), seen = [];
      const first = grid.querySelector("button");
      first.focus();
      key(first, "ArrowRight");
      const second = document.activeElement;
      seen.push(second.getAttribute("aria-label").split(":")[0]);
      second.click();
      seen.push(document.activeElement.tagName + " " + document.activeElement.textContent);
      seen.push(document.querySelector("#x-detail code").textContent.replace(/--at .*/, "--at"));
      seen.push(document.querySelectorAll("#x-detail svg rect").length > 2);
      key(document.activeElement, "Escape");
      seen.push(document.activeElement === second);
      document.getElementById("x-scope").value = "hardware";
      document.getElementById("x-scope").dispatchEvent(new Event("change"));
      seen.push(grid.tBodies[0].rows.length);
      document.title = seen.join("|");
      </script></body>
      """
    let file = try folder.write(page.replacingOccurrences(of: "</body>", with: press), to: "pressed.html")
    let dump = try Command(
      running: browser,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile", "--dump-dom",
        "file://\(file)",
      ])
    let title =
      "weekly against deletion|H3 weekly against deletion|firedrill run shop.yaml --strategy weekly --disaster deletion --at|true|true|1"
    #expect(dump.output.contains("<title>\(title)</title>"), "\(dump.output.prefix(600))")
  }
}
