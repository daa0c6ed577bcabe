/** Segments: how many text messages a text is, for the phone network and its bill. */

/** The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1), one septet each. */
const GSM_7 =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** Its extension table (§6.2.1.1), two septets each. */
const GSM_7_EXTENSION = "\f^{}\\[~]|€";

/**
 * How many units there are in a message that stands alone, and in one of several, which needs room to say
 * which it is (3GPP TS 23.040 §9.2.3.24.1).
 */
const SEPTETS = { alone: 160, joined: 153 };
const UCS_2 = { alone: 70, joined: 67 };

/** As networks do it: seven bits for each character if the alphabet has all of them, else 16. */
export function segments(text: string): number {
  const characters = [...text];
  const septets = characters.map((character) => {
    if (GSM_7.includes(character)) return 1;
    return GSM_7_EXTENSION.includes(character) ? 2 : Infinity;
  });
  const isGsm = septets.every(Number.isFinite);
  const lengths = isGsm ? septets : characters.map(({ length }) => length);
  const room = isGsm ? SEPTETS : UCS_2;
  const units = lengths.reduce((sum, length) => sum + length, 0);
  return units <= room.alone ? 1 : pack(lengths, room.joined);
}

/** Segments that are filled one after the other; no character is cut in two. */
function pack(lengths: readonly number[], room: number): number {
  let [filled, used] = [1, 0];
  for (const length of lengths) {
    if (used + length > room) [filled, used] = [filled + 1, 0];
    used += length;
  }
  return filled;
}
