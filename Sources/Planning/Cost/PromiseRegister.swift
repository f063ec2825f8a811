import Units

/// The register of providers' published figures, each with source, date and scope. A strategy refers to an
/// entry by name.
enum PromiseRegister {
  /// The entries, in the register's order.
  static let standard: [PublishedPromise] = {
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
struct PublishedPromise: Sendable {
  var name: String
  var title: String
  var published: Published
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
    Field("date", .text, "The date on which it was valid or read.")
  ) { name, title, rpo, rto, scope, source, date in
    PublishedPromise(
      name: name, title: title,
      published: Published(rpo: rpo, rto: rto, scope: scope, source: "\(source), \(date)"))
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
