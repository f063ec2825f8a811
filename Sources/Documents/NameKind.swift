/// A kind of thing that a document declares in one place and refers to in another.
package struct NameKind: Hashable, Sendable, CustomStringConvertible {
  /// The noun, as in `site`.
  package let noun: String
  package let plural: String

  package init(_ noun: String, plural: String? = nil) {
    self.noun = noun
    self.plural = plural ?? noun + "s"
  }

  package var description: String { noun }
}
