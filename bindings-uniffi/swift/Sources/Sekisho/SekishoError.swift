import Foundation
internal import SekishoRust

/// Why the rules refused. The text is for people, the code for programs. Neither holds input.
public struct SekishoError: Error {
  /// Stable, the same in every language.
  public let code: ErrorCode
  /// Seconds after which the same call can succeed; nil where waiting does not help.
  public let retryAfter: Int?
  /// What a counter store threw, or what an operation threw when it was encoded. It is in no text of
  /// this error.
  public let cause: (any Error)?

  init(_ code: ErrorCode, retryAfter: Int? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.retryAfter = retryAfter
    self.cause = cause
  }
}

extension SekishoError: LocalizedError, CustomStringConvertible {
  /// A sentence for people, in English.
  public var description: String { code.describe() }

  public var errorDescription: String? { description }
}

extension SekishoError {
  /// The same error, one of UniFFI's. Any other comes of a defect in the rules and lets nobody through.
  private init(raised error: any Error) {
    guard let error = error as? SekishoRust.SekishoError, case .Refused(_, let seconds) = error,
      let code = ErrorCode(rawValue: error.code())
    else {
      self.init(.counterStoreFailed, cause: error)
      return
    }
    self.init(code, retryAfter: seconds.map(Int.init(clamping:)))
  }

  /// What a call of Rust answers; what it refuses is thrown as an error of this type.
  static func refusals<Answer>(of call: () throws -> Answer) throws(SekishoError) -> Answer {
    do {
      return try call()
    } catch {
      throw SekishoError(raised: error)
    }
  }
}
