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
