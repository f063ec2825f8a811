import Testing

/// Values that are right one by one and make no sense together.
@Suite struct CrossChecks {
  @Test func servicesThatDependOnEachOtherInACircleAreNamedInTheirOrder() {
    #expect(
      Shop.errors(with: "host: db\n    dependsOn: [shop]\n", for: "host: db\n") == [
        """
        shop.yaml:41:17: error: services depend on each other in a circle: database -> shop -> database
            dependsOn: [database]
                        ^
        hint: remove one of these dependencies
        """
      ])
  }

  @Test func aServiceCannotDependOnItself() {
    let errors = Shop.errors(with: "dependsOn: [shop]", for: "dependsOn: [database]")
    #expect(errors.count == 1)
    #expect(errors[0].contains("40:17: error: services depend on each other in a circle: shop -> shop"))
  }

  @Test(arguments: [
    (
      "site: frankfurt, detect", "volumes: [db-data], detect",
      "51:33: error: 'volumes' does not go with the cause 'fire'",
      "it hits: site, sites, centre, radius, region"
    ),
    (
      "cause: fire, site: frankfurt", "cause: fire", "51:9: error: the cause 'fire' hits nothing",
      "add 'site' or 'sites' or 'centre' and 'radius' or 'region'"
    ),
    (
      "cause: arrayFailure", "cause: diskFailure",
      "55:13: error: 'array' is of the kind 'array': no 'diskFailure' hits it",
      "write 'cause: arrayFailure', or name another device"
    ),
    (
      "share: 30 %", "share: 30 %, followedBy: { disaster: array-then-deletion, after: 1 h }",
      "56:29: error: disasters follow each other in a circle: deletion -> array-then-deletion -> deletion",
      "let one of them be followed by nothing"
    ),
    (
      "credentials: backup-admin }\n  array", "credentials: backup-admn }\n  array",
      "52:65: error: nothing is opened by the credentials 'backup-admn'",
      "did you mean 'backup-admin'? the credentials are: backup-admin, storage-admin"
    ),
    (
      "2026-03-11T04", "2026-03-01T04", "57:21: error: 2026-03-01T04:00:00Z is outside the window",
      "write an instant from 2026-03-10T00:00:00Z to 2026-03-17T00:00:00Z"
    ),
    (
      "device: array\n        size", "device: remote-array\n        size",
      "31:17: error: 'remote-array' stands in 'berlin', but 'db' in 'frankfurt'",
      "name a device in 'frankfurt'"
    ),
    (
      "device: remote-array, provision", "device: array, provision",
      "69:40: error: 'array' stands in 'frankfurt', not in 'berlin'", "name a device in 'berlin'"
    ),
    (
      "replica: remote", "replica: local", "66:18: error: a vault is not its own replica",
      "name another vault"
    ),
    (
      "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", "FREQ=SECONDLY",
      "64:19: error: this rule matches more than 50000 times in the run",
      "write a slower rule, or shorten 'warmUp' and 'window'"
    ),
    (
      "FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "64:19: error: this rule never matches before the end of the window",
      "write a rule that occurs from 2026-03-02T00:00:00Z to 2026-03-17T00:00:00Z"
    ),
    (
      "scale: 1/8192", "scale: 1/2",
      "3:8: error: the volumes hold 100 GiB at this scale, and at most 4 GiB fit",
      "write 'scale: 1/64' or smaller"
    ),
    (
      "share: 5 %, length", "share: 20 %, length",
      "36:38: error: bursts of 600 % of the mean rate cannot fill 20 % of the time",
      "factor times share is at most 1: nothing would be left for the rest of the time"
    ),
  ])
  func whatDoesNotFitTogetherIsToldWithItsMend(old: String, new: String, head: String, hint: String) {
    let errors = Shop.errors(with: new, for: old)
    #expect(errors.count == 1, "\(errors)")
    #expect(errors.first?.hasPrefix("shop.yaml:\(head)\n") == true, "\(errors)")
    #expect(errors.first?.hasSuffix("\nhint: \(hint)") == true, "\(errors)")
  }

  @Test func sitesThatExchangeBackupsNeedALink() {
    let text = Shop.text.replacing("between: [frankfurt, berlin]", with: "between: [frankfurt, paris]")
      .replacing("\nlinks:", with: "\n  paris: { region: eu-west, latitude: 48.86, longitude: 2.35 }\nlinks:")
    let errors = Shop.errors(in: text)
    #expect(
      errors.map { $0.split(separator: "\n").first ?? "" } == [
        "shop.yaml:67:18: error: no link joins 'frankfurt' and 'berlin' to replicate 'local'",
        "shop.yaml:70:24: error: no link joins 'frankfurt' and 'berlin' to restore the vault 'local'",
      ])
  }

  @Test func allVolumesStandInOneProductionSite() {
    let text = Shop.text(
      with: """
            warmUp: 0 s
            volumes: { cart: { device: remote-array, size: 1 GiB, used: 1 %, workload: { rate: 1 B/s } } }

        """, for: "    warmUp: 0 s\n"
    ).replacing("web: { site: frankfurt }", with: "web: { site: berlin }")
    let errors = Shop.errors(in: text)
    #expect(errors.count == 1)
    #expect(
      errors.first?.contains("error: 'shop' keeps data in 'berlin', but 'database' in 'frankfurt'") == true,
      "\(errors)")
  }

  @Test func volumesOfDifferentServicesHaveDifferentNames() {
    let text = Shop.text(
      with: """
            warmUp: 0 s
            volumes: { db-data: { device: array, size: 1 GiB, used: 1 %, workload: { rate: 1 B/s } } }

        """, for: "    warmUp: 0 s\n")
    let errors = Shop.errors(in: text)
    #expect(errors.count == 1)
    #expect(errors.first?.contains(":45:16: error: two volumes are called 'db-data'") == true, "\(errors)")
  }

  @Test func replicasDoNotGoInACircle() {
    let backups = """
              replica: remote
            - vault: remote
              schedule: FREQ=DAILY
              retention: { count: 7 }
              replica: local
      """
    let errors = Shop.errors(with: backups, for: "        replica: remote").compactMap {
      $0.split(separator: "\n").first
    }
    #expect(
      errors == ["shop.yaml:70:18: error: a cycle of replication: 'remote' to 'local' to 'remote'"])
  }
}
