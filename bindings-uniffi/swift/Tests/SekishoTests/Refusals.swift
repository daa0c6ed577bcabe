import Sekisho
import Testing

/// The refusal of a code.
@discardableResult
func refused(
  _ code: ErrorCode, at: SourceLocation = #_sourceLocation, _ call: () async throws -> Void
) async throws -> SekishoError {
  do {
    try await call()
  } catch let error as SekishoError {
    #expect(error.code == code, sourceLocation: at)
    #expect(error.description.count > 10, sourceLocation: at)
    return error
  }
  throw NotRefused(code: code)
}

struct NotRefused: Error {
  let code: ErrorCode
}
