import Foundation
import Sekisho
import SekishoRust
import Testing

@Suite struct ErrorTests {
  let registry = files["errors"]?.errors.array ?? []

  @Test func everyCodeOfTheRegistryIsHereAndNoOther() {
    let codes = registry.map(\.code.text)
    #expect(Sekisho.ErrorCode.allCases.map(\.rawValue) == codes)
    #expect(errorCodes().map { $0.text() } == codes)
  }

  @Test(arguments: vectors("errors", "errors")) func messages(_ vector: Vector) throws {
    let code: Sekisho.ErrorCode = try #require(vector.code.named())
    #expect(code.describe() == vector.message.text)
  }

  @Test func anErrorHasItsCodeAndItsSentence() async throws {
    let error = try await refused(.keyRingMalformed) { _ = try Sekisho.KeyRing("nonsense") }
    let message = registry.first { $0.code == .string("key_ring_malformed") }?.message.string
    #expect(error.retryAfter == nil)
    #expect(error.cause == nil)
    #expect("\(error)" == message)
    #expect(String(reflecting: error) == message)
    #expect(error.localizedDescription == message)
  }

  @Test func theLibraryIsTheOneThatTheSwiftWasGeneratedFrom() {
    // It ends the process where it is not; the script of the tests sees to that.
    uniffiEnsureSekishoUniffiInitialized()
  }
}
