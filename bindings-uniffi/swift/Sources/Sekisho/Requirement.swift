internal import SekishoRust

/// How the user proved who they are.
public enum Method: String, CaseIterable, Sendable {
  case password
  /// By a code sent to an e-mail address.
  case emailCode = "email_code"
  /// By a code sent to a phone number.
  case phoneCode = "phone_code"

  init(_ method: SekishoRust.Method) {
    self =
      switch method {
      case .password: .password
      case .emailCode: .emailCode
      case .phoneCode: .phoneCode
      }
  }

  var rust: SekishoRust.Method {
    switch self {
    case .password: .password
    case .emailCode: .emailCode
    case .phoneCode: .phoneCode
    }
  }
}

/// What a verification is good for; Logto's `templateType`. Only the first is a permission.
public enum Purpose: String, Sendable {
  /// Doing what needs a verification.
  case userPermissionValidation = "UserPermissionValidation"
  /// Proving that a new identifier is the user's.
  case bindNewIdentifier = "BindNewIdentifier"
  /// Setting up another factor.
  case bindMfa = "BindMfa"

  /// What a code that goes there will be good for: a permission (or what was asked) for the user's own
  /// identifiers, and for any other a proof that it is theirs.
  ///
  /// - Throws: ``ErrorCode/identifierInvalid``.
  public static func ofCode(
    to: Identifier, own: [Identifier], asked: Purpose? = nil
  ) throws(SekishoError) -> Purpose {
    try SekishoError.refusals {
      Purpose(try purposeOfCode(to: to.rust, own: own.map(\.rust), asked: asked?.rust))
    }
  }

  init(_ purpose: SekishoRust.Purpose) {
    self =
      switch purpose {
      case .userPermissionValidation: .userPermissionValidation
      case .bindNewIdentifier: .bindNewIdentifier
      case .bindMfa: .bindMfa
      }
  }

  var rust: SekishoRust.Purpose {
    switch self {
    case .userPermissionValidation: .userPermissionValidation
    case .bindNewIdentifier: .bindNewIdentifier
    case .bindMfa: .bindMfa
    }
  }
}

/// What an operation demands of a record. What is not given is as for a permission by any method.
public struct Requirement: Hashable, Sendable {
  /// The methods that are enough, each by itself.
  public var methods: [Method]?
  /// What the record must be good for.
  public var purpose: Purpose?
  /// The greatest age of the verification in seconds; if not given, until the record expires.
  public var maxAge: Int?
  /// The record must be bound to the session of the request.
  public var sameSession: Bool
  /// The record must be for this identifier, byte for byte.
  public var identifier: Identifier?
  /// The record is used up.
  public var singleUse: Bool

  public init(
    methods: [Method]? = nil,
    purpose: Purpose? = nil,
    maxAge: Int? = nil,
    sameSession: Bool = false,
    identifier: Identifier? = nil,
    singleUse: Bool = false
  ) {
    self.methods = methods
    self.purpose = purpose
    self.maxAge = maxAge
    self.sameSession = sameSession
    self.identifier = identifier
    self.singleUse = singleUse
  }

  /// The value of `WWW-Authenticate` that tells a client which verification it needs (RFC 9470 §3).
  ///
  /// - Throws: ``ErrorCode/requirementInvalid`` for an age below zero.
  public func toChallenge() throws(SekishoError) -> String {
    try SekishoError.refusals { try SekishoRust.toChallenge(requirement: rust) }
  }

  /// Reads such a value, for clients.
  ///
  /// - Throws: ``ErrorCode/requirementInvalid`` where it asks for no verification that is known here.
  public static func fromChallenge(
    _ wwwAuthenticate: String
  ) throws(SekishoError) -> AskedVerification {
    try SekishoError.refusals {
      let asked = try SekishoRust.fromChallenge(wwwAuthenticate: wwwAuthenticate)
      let maxAge = asked.maxAge.map(Int.init(clamping:))
      return AskedVerification(methods: asked.methods.map(Method.init), maxAge: maxAge)
    }
  }

  var rust: SekishoRust.Requirement {
    .init(
      methods: methods?.map(\.rust), purpose: purpose?.rust, maxAge: maxAge.map(Int64.init),
      sameSession: sameSession, identifier: identifier?.rust, singleUse: singleUse)
  }
}

/// What an RFC 9470 challenge asks for.
public struct AskedVerification: Hashable, Sendable {
  /// The methods that are enough, each by itself.
  public let methods: [Method]
  /// The greatest age of the verification in seconds.
  public let maxAge: Int?
}
