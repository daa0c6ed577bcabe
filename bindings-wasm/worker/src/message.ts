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
  /** The sentence that shows what is approved; empty where nothing is. */
  readonly operation: string;
  /** When it is sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Where whoever has not asked for it makes the code void; empty where there is no such page. */
  readonly notMeUrl: string;
}

export type Locale = (typeof LOCALES)[number];

/** The languages there are; the first is taken where the request wants none of them. */
export const LOCALES = ["en", "ja"] as const;

/** No code in a subject: it shows on locked screens. */
export function subject({ purpose, locale }: Message): string {
  return WORDS[locale].subject[purpose];
}

/** The whole text. A link is for mail alone. */
export function text(message: Message): string {
  return message.to.type === "email" ? mail(message) : WORDS[message.locale].sms(message, minutes(message));
}

function mail(message: Message): string {
  const { approve, enter, advice, notMe } = WORDS[message.locale];
  const { operation, purpose, notMeUrl } = message;
  return [
    ...(operation === "" ? [] : [`${approve}: ${operation} (${toTheMinute(message.sentAt)})`]),
    enter(message, minutes(message)),
    advice[purpose],
    ...(notMeUrl === "" ? [] : [`${notMe}: ${notMeUrl}`]),
  ].join("\n\n");
}

function minutes({ lifetime }: Message): number {
  return Math.max(1, Math.floor(lifetime / 60));
}

/** The time for people, in UTC: `2026-08-31 12:00 UTC`. */
function toTheMinute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

interface Words {
  readonly subject: Readonly<Record<Purpose, string>>;
  readonly approve: string;
  readonly enter: (message: Message, minutes: number) => string;
  readonly advice: Readonly<Record<Purpose, string>>;
  readonly notMe: string;
  readonly sms: (message: Message, minutes: number) => string;
}

const goodFor = (minutes: number) => `It is good for ${minutes} minute${minutes === 1 ? "" : "s"}.`;

const WHY = {
  UserPermissionValidation: "confirm that it is you",
  BindNewIdentifier: "confirm that this address is yours",
  BindMfa: "set up two-step verification",
} as const satisfies Record<Purpose, string>;

const RIYU = {
  UserPermissionValidation: "ご本人であることを確認するため",
  BindNewIdentifier: "この連絡先がご自身のものであることを確認するため",
  BindMfa: "二段階認証を設定するため",
} as const satisfies Record<Purpose, string>;

const MAYBE_STOLEN =
  "Nobody will ever ask you for this code. If you did not ask for it, somebody may be using your account: change your password.";
const FUSEI =
  "当方からこのコードをお尋ねすることはありません。お心当たりがない場合は、アカウントが不正に使われているおそれがあります。パスワードを変更してください。";

const WORDS: Readonly<Record<Locale, Words>> = {
  en: {
    subject: {
      UserPermissionValidation: "Your verification code",
      BindNewIdentifier: "Confirm your new address",
      BindMfa: "Your code for two-step verification",
    },
    approve: "You are asked to approve",
    enter: ({ code, purpose }, minutes) =>
      `Your code is ${code}. Enter it where you asked for it to ${WHY[purpose]}. ${goodFor(minutes)}`,
    advice: {
      UserPermissionValidation: MAYBE_STOLEN,
      BindNewIdentifier:
        "Nobody will ever ask you for this code. If you did not ask for it, somebody may have mistyped their address: there is nothing you need to do.",
      BindMfa: MAYBE_STOLEN,
    },
    notMe: "If it was not you who asked for it, open this page to make the code void",
    sms: ({ code, purpose, operation }, minutes) => {
      const why = purpose === "BindNewIdentifier" ? "confirm that this number is yours" : WHY[purpose];
      const what = operation === "" ? why : `approve: ${operation}`;
      return `Your code is ${code}, to ${what}. ${goodFor(minutes)} Tell it to nobody.`;
    },
  },
  ja: {
    subject: {
      UserPermissionValidation: "確認コードのお知らせ",
      BindNewIdentifier: "新しいメールアドレスの確認",
      BindMfa: "二段階認証の設定コード",
    },
    approve: "承認の対象",
    enter: ({ code, purpose }, minutes) =>
      `コードは ${code} です。${RIYU[purpose]}、お手続き中の画面に入力してください。有効期間は ${minutes} 分です。`,
    advice: {
      UserPermissionValidation: FUSEI,
      BindNewIdentifier:
        "当方からこのコードをお尋ねすることはありません。お心当たりがない場合は、アドレスの入力間違いと思われます。何もしていただく必要はありません。",
      BindMfa: FUSEI,
    },
    notMe: "お心当たりがない場合は、次のページを開いてコードを無効にしてください",
    sms: ({ code, purpose, operation }, minutes) => {
      const what = operation === "" ? "" : `承認の対象: ${operation}。`;
      return `${what}コードは ${code} です。${RIYU[purpose]}、画面に入力してください。有効期間は${minutes}分です。誰にも教えないでください。`;
    },
  },
};
