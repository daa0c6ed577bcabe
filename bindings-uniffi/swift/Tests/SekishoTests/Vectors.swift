import Foundation
import Sekisho
import Testing

/// A case of the vectors that every language reads, named by its id.
@dynamicMemberLookup
struct Vector: Sendable, CustomTestStringConvertible {
  let content: JSON

  var id: String { content.id.string ?? "?" }
  var testDescription: String { id }

  subscript(dynamicMember name: String) -> JSON { content[name] }
}

/// Each file of the vectors by its name.
let files: [String: JSON] = {
  let folder = tests.appending(path: "../../../../tests/vectors")
  do {
    let urls = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let read = try urls.filter { $0.pathExtension == "json" }.map {
      ($0.deletingPathExtension().lastPathComponent, try decode(Data(contentsOf: $0)))
    }
    return Dictionary(uniqueKeysWithValues: read)
  } catch {
    fatalError("the vectors cannot be read: \(error)")
  }
}()

/// The folder of this file.
let tests = URL(filePath: #filePath).deletingLastPathComponent()

private func decode(_ data: Data) throws -> JSON { try JSONDecoder().decode(JSON.self, from: data) }

/// The cases of a section.
func vectors(_ file: String, _ section: String) -> [Vector] {
  let cases = files[file]?[section].array ?? []
  precondition(!cases.isEmpty, "\(file).\(section) has no cases")
  return cases.map(Vector.init)
}

/// What a call came to, in the vectors' form.
func outcome(_ call: () throws -> JSON) -> JSON {
  outcome(of: Result(catching: call))
}

func outcome(_ call: () async throws -> JSON) async -> JSON {
  do {
    return outcome(of: .success(try await call()))
  } catch {
    return outcome(of: .failure(error))
  }
}

private func outcome(of result: Result<JSON, any Error>) -> JSON {
  switch result {
  case .success(let answer): return .object(["ok": answer])
  case .failure(let error as SekishoError):
    let wait = error.retryAfter.map { ["retry_after": JSON.int($0)] } ?? [:]
    return .object(wait.merging(["error": .string(error.code.rawValue)]) { $1 })
  case .failure(let error): return .string("\(error)")
  }
}

@Suite struct VectorSections {
  /// What only core's own tests can reach: derived keys and digests by themselves, and sealing a record
  /// of given fields. The tokens of the flows hold them. Pseudonyms are the server's.
  static let within: Set = [
    "keyring.derive", "keyring.pseudonym", "identifier.digest", "token.seal_record", "errors.errors",
  ]

  @Test func noSectionIsLeftOut() throws {
    let sources = try FileManager.default.contentsOfDirectory(at: tests, includingPropertiesForKeys: nil)
    let text = try sources.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let call = /@Test\(arguments: vectors\("(\w+)", "(\w+)"\)\)/
    let reached = Set(text.matches(of: call).map { "\($0.1).\($0.2)" })
    let sections = files.flatMap { file, content in
      (content.object ?? [:]).filter { $0.value.array != nil }.map { "\(file).\($0.key)" }
    }
    #expect(Set(sections) == reached.union(Self.within))
    #expect(reached.count > 20)
  }
}
