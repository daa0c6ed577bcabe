internal import SekishoRust

// What flows are asked, on its way to Rust.

/// To whom and to what a flow is bound.
struct Binding {
  let subject: String
  let session: String?
  let operationJSON: String?

  init(
    _ subject: String, _ session: String?, _ operation: (any Encodable)?, _ operationJSON: String?
  ) throws(SekishoError) {
    self.subject = subject
    self.session = session
    self.operationJSON = try json(operation, operationJSON)
  }
}

extension SekishoRust.PasswordCheck {
  init(_ binding: Binding, _ password: String, _ passwordHash: String?) {
    self.init(
      subject: binding.subject, password: password, passwordHash: passwordHash,
      session: binding.session, operationJson: binding.operationJSON)
  }
}

extension SekishoRust.CodeSend {
  init(_ binding: Binding, _ to: Identifier, _ purpose: Purpose?) {
    self.init(
      subject: binding.subject, to: to.rust, purpose: purpose?.rust, session: binding.session,
      operationJson: binding.operationJSON)
  }
}

extension SekishoRust.CodeResend {
  init(_ binding: Binding, _ challenge: String, _ to: Identifier) {
    self.init(
      subject: binding.subject, to: to.rust, challenge: challenge, session: binding.session,
      operationJson: binding.operationJSON)
  }
}

extension SekishoRust.Presentation {
  init(_ binding: Binding, _ record: String, _ requirement: Requirement, _ idempotencyKey: String?) {
    self.init(
      subject: binding.subject, record: record, requirement: requirement.rust,
      idempotencyKey: idempotencyKey, session: binding.session, operationJson: binding.operationJSON)
  }
}
