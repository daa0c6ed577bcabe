/** A code for one recipient, written in their language. */

import type { Identifier, Purpose } from "sekisho";

/** A code for one recipient, before it is written. */
export interface Message {
  readonly to: Identifier;
  readonly purpose: Purpose;
  readonly code: string;
  /** Seconds until the code is no longer right. */
  readonly lifetime: number;
  readonly locale: Locale;
}

export type Locale = (typeof LOCALES)[number];

/** The languages there are; the first is taken where the request wants none of them. */
export const LOCALES = ["en", "ja"] as const;

interface Words {
  readonly subject: Readonly<Record<Purpose, string>>;
  readonly text: Readonly<Record<Purpose, (code: string, minutes: number) => string>>;
}

/** No code in a subject: it shows on locked screens. */
export function subject({ purpose, locale }: Message): string {
  return WORDS[locale].subject[purpose];
}

/** The whole text, for mail and text message alike. */
export function text({ purpose, locale, code, lifetime }: Message): string {
  return WORDS[locale].text[purpose](code, Math.floor(lifetime / 60));
}

const goodFor = (minutes: number) => `It is good for ${minutes} minute${minutes === 1 ? "" : "s"}. Tell it to nobody.`;
const kigen = (minutes: number) => `有効期間は${minutes}分です。誰にも教えないでください。`;

const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    subject: {
      UserPermissionValidation: "Your verification code",
      BindNewIdentifier: "Confirm your new address",
      BindMfa: "Your code for two-step verification",
    },
    text: {
      UserPermissionValidation: (code, minutes) =>
        `Your code is ${code}, to confirm that it is you. ${goodFor(minutes)}`,
      BindNewIdentifier: (code, minutes) =>
        `Your code is ${code}, to confirm that this address or number is yours. ${goodFor(minutes)}`,
      BindMfa: (code, minutes) => `Your code is ${code}, to set up two-step verification. ${goodFor(minutes)}`,
    },
  },
  ja: {
    subject: {
      UserPermissionValidation: "確認コードのお知らせ",
      BindNewIdentifier: "新しいメールアドレスの確認",
      BindMfa: "二段階認証の設定コード",
    },
    text: {
      UserPermissionValidation: (code, minutes) =>
        `コードは ${code} です。ご本人であることを確認するため、画面に入力してください。${kigen(minutes)}`,
      BindNewIdentifier: (code, minutes) =>
        `コードは ${code} です。この連絡先がご自身のものであることを確認するため、画面に入力してください。${kigen(minutes)}`,
      BindMfa: (code, minutes) =>
        `コードは ${code} です。二段階認証を設定するため、画面に入力してください。${kigen(minutes)}`,
    },
  },
};
