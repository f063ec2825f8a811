import Documents
import Units

/// The register of providers' published figures, each with source, date and scope. A strategy refers to an
/// entry by name.
package enum PromiseRegister {
  /// The entries, in the register's order.
  package static let standard: [PublishedPromise] = {
    let source = SourceText(
      name: "the register of promises", text: String(decoding: PackageResources.promises_yaml, as: UTF8.self))
    do throws(InputError) {
      let document = try YAMLDocument(source)
      var reading = Reading()
      reading.report(document.diagnostics)
      let promises = Shape<[PublishedPromise]>.register.read(document.root, &reading)
      guard let promises, reading.diagnostics.isEmpty else { throw InputError(reading.diagnostics) }
      return promises
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}

/// A provider's published figure.
package struct PublishedPromise: Sendable {
  package var name: String
  package var title: String
  package var published: Published
  package var calibration: Calibration
}

/// The outcome of a promise in rehearsals of a small scenario that fits its scope.
package struct Calibration: Sendable {
  /// The figures that were kept when the clock counted only what the promise counts.
  package var inScope: Set<PromisedFigure>
  /// The figures that were kept from the disaster until everything was back.
  package var wholeClock: Set<PromisedFigure>
  /// The reason for the difference.
  package var reason: String
}

/// A figure that a provider promises.
package enum PromisedFigure: String, CaseIterable, Sendable {
  case rpo
  case rto
}

extension Shape<[PublishedPromise]> {
  fileprivate static let register = Shape.mapping(
    "What providers publish.",
    Field<[PublishedPromise]>(
      "promises", .entries(of: .promise, noun: "promise"), "Each promise under its own name.")
  ) { $0 }
}

extension Shape<PublishedPromise> {
  fileprivate static let promise = mapping(
    "What a provider publishes.",
    .name,
    Field("title", .text, "Provider and service."),
    Field<Duration?>(optional: "rpo", .duration, "The promised RPO."),
    Field<Duration?>(optional: "rto", .duration, "The promised RTO."),
    Field("scope", .text, "What the promise's clock counts and leaves out."),
    Field("source", .text, "The document."),
    Field("date", .text, "The date on which it was valid or read."),
    Field("calibration", .calibration, "The outcome of the promise in rehearsals.")
  ) { name, title, rpo, rto, scope, source, date, calibration in
    PublishedPromise(
      name: name, title: title,
      published: Published(rpo: rpo, rto: rto, scope: scope, source: "\(source), \(date)"),
      calibration: calibration)
  }
}

extension Shape<Calibration> {
  fileprivate static let calibration = mapping(
    "The outcome of a promise in rehearsals of a small scenario that fits its scope.",
    Field<[PromisedFigure]>("inScope", .list(of: .oneOf), "The figures kept within the promise's scope."),
    Field<[PromisedFigure]>(
      "wholeClock", .list(of: .oneOf), "The figures kept from the disaster until everything was back."),
    Field("reason", .text, "The reason for the difference.")
  ) { inScope, wholeClock, reason in
    Calibration(inScope: Set(inScope), wholeClock: Set(wholeClock), reason: reason)
  }
}

extension Shape<Published> {
  /// The name of an entry in the register, or the figures themselves.
  static let publishedOrPromise = Shape(
    Schema(
      .scalar(
        types: ["string"], pattern: nil, values: PromiseRegister.standard.map(\.name), bounds: nil),
      example: PromiseRegister.standard.first?.name)
  ) { node, reading -> Published? in
    guard case .scalar(let name, _) = node.content else { return nil }
    guard let promise = PromiseRegister.standard.first(where: { $0.name == name }) else {
      reading.report(
        "the register has no promise '\(name)'",
        hint: PromiseRegister.standard.map(\.name).suggestion(for: name, noun: "promises"), at: node.place)
      return nil
    }
    return promise.published
  }.or(published)
}
