import Foundation

// Of Swift's own libraries only Apple's have it.

/// HMAC-SHA-256 (RFC 2104) by a key of at most 64 bytes.
func hmacSHA256(key: Data, _ content: Data) -> Data {
  let padded = key + Data(count: 64 - key.count)
  let inner = sha256(Data(padded.map { $0 ^ 0x36 }) + content)
  return sha256(Data(padded.map { $0 ^ 0x5c }) + inner)
}

/// SHA-256 (FIPS 180-4).
private func sha256(_ content: Data) -> Data {
  var padded = Array(content) + [0x80]
  padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += bytes(UInt64(content.count) * 8)
  var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  for start in stride(from: 0, to: padded.count, by: 64) {
    let words = stride(from: start, to: start + 64, by: 4).map { at in
      padded[at..<at + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    state = zip(state, compressed(state, words)).map { $0 &+ $1 }
  }
  return Data(state.flatMap(bytes))
}

private func compressed(_ state: [UInt32], _ block: [UInt32]) -> [UInt32] {
  var (words, state) = (block, state)
  for round in 0..<64 {
    if round >= 16 {
      let (early, late) = (words[round - 15], words[round - 2])
      let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
      let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
      words.append(words[round - 16] &+ first &+ words[round - 7] &+ second)
    }
    let (a, e) = (state[0], state[4])
    let choice = e & state[5] ^ ~e & state[6]
    let mixed = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = state[7] &+ mixed &+ choice &+ roundConstants[round] &+ words[round]
    let majority = a & state[1] ^ a & state[2] ^ state[1] & state[2]
    let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
    state = [first &+ second, a, state[1], state[2], state[3] &+ first, e, state[5], state[6]]
  }
  return state
}

private func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }

private func bytes<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
  withUnsafeBytes(of: word.bigEndian) { Array($0) }
}

private let roundConstants: [UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
  0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
  0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
  0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
  0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
  0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
  0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
]
