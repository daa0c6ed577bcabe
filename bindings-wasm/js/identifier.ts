/**
 * Where a code goes: an e-mail address, or a phone number in digits, the country code first, no `+`.
 */
export interface Identifier {
  readonly type: "email" | "phone";
  readonly value: string;
}
