import Documents
import Statistics
import Units

extension Shape<Stumble> {
  static let stumble = mapping(
    "Attempts at a step that fail and are repeated.",
    Field<Ratio>("chance", .share, "The probability that the first attempt fails."),
    Field<Ratio?>(
      optional: "retryChance", .share,
      "The probability that a repeated attempt fails; by default that of the first."),
    Field<Int>(
      "attempts", .integer(1...20), "The most attempts; when the last one fails, so does the recovery."),
    Field<Distribution?>(
      optional: "retryAfter", .distribution,
      "The time from the start of a failed attempt to the next start; by default the step's own."
    ).formerly("lost")
  ) { chance, retryChance, attempts, lost throws(Misfit) in
    guard chance > .zero else {
      throw Misfit(
        at: "chance", "'chance' is 0 %, so no attempt fails", hint: "write for example 'chance: 20 %'")
    }
    guard attempts > 1 || retryChance == nil else {
      throw Misfit(
        at: "retryChance", "with 'attempts: 1' no attempt is repeated",
        hint: "remove 'retryChance', or write 'attempts: 2'")
    }
    let retry = retryChance ?? chance
    guard chance < .one || (attempts > 1 && retry < .one) else {
      throw Misfit(
        at: "chance", "every attempt fails, so no recovery succeeds",
        hint: "for a first attempt that always fails write 'chance: 100 %, retryChance: 0 %, attempts: 2'")
    }
    return Stumble(chance: chance, retryChance: retry, attempts: attempts, lost: lost)
  }
  .defined(as: "stumble", "Attempts at a step that fail and are repeated.")
}

extension Shape<Stumbles> {
  static let stumbles = mapping(
    "Steps of the runbook that can fail and are repeated, by phase.",
    Field<Stumble?>(optional: "provision", .stumble, "New servers, devices and sites."),
    Field<Stumble?>(optional: "restoreData", .stumble, "The restore of a service's data."),
    Field<Stumble?>(optional: "failover", .stumble, "The promotion of a copy; it needs 'retryAfter'."),
    Field<Stumble?>(optional: "boot", .stumble, "The start of a service's server."),
    Field<Stumble?>(optional: "appRecovery", .stumble, "The start of an application."),
    Field<Stumble?>(optional: "verify", .stumble, "The check of a service, and of restored data."),
    Field<Stumble?>(optional: "redirect", .stumble, "Name service, load balancers, addresses."),
    Field<Stumble?>(optional: "warmUp", .stumble, "Until a service is as fast as before.")
  ) { provision, restoreData, failover, boot, appRecovery, verify, redirect, warmUp throws(Misfit) in
    if let failover, failover.lost == nil {
      throw Misfit(
        at: "failover", "a failover that fails has no time of its own: the copy was never promoted",
        hint: "add 'retryAfter': from the start of the attempt until the next one, for example '30 min'")
    }
    var stumbles = Stumbles()
    (stumbles[.provision], stumbles[.restoreData], stumbles[.failover]) = (provision, restoreData, failover)
    (stumbles[.boot], stumbles[.appRecovery], stumbles[.verify]) = (boot, appRecovery, verify)
    (stumbles[.redirect], stumbles[.warmUp]) = (redirect, warmUp)
    return stumbles
  }
}
