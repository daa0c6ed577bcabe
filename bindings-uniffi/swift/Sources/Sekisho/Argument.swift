import Foundation

// Arguments on their way to Rust and back. What is out of bounds there is out of the rules' bounds, too.

extension Date {
  /// Whole seconds since 1970; one below zero, which the rules refuse, where they cannot be counted.
  var unixSeconds: Int64 {
    Int64(exactly: timeIntervalSince1970.rounded(.down)) ?? -1
  }

  init(unixSeconds: Int64) {
    self.init(timeIntervalSince1970: TimeInterval(unixSeconds))
  }
}

/// An operation as JSON text.
func json(_ operation: (any Encodable)?, _ operationJSON: String?) throws(SekishoError) -> String? {
  guard let operation else { return operationJSON }
  guard operationJSON == nil else { throw SekishoError(.operationInvalid) }
  return try json(operation)
}

func json(_ operation: any Encodable) throws(SekishoError) -> String {
  do {
    return String(decoding: try JSONEncoder().encode(operation), as: UTF8.self)
  } catch {
    throw SekishoError(.operationInvalid, cause: error)
  }
}
