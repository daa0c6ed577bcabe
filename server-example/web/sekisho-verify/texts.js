/** All texts of the element. */

import { fill } from "./node.js";

/** @import { Problem } from "./client.js" */

const EN = {
  title: "Confirm that it is you",
  newEmail: "Confirm the new e-mail address",
  newPhone: "Confirm the new phone number",
  part: "Step {n} of {of}",
  choose: "How would you like to confirm it?",
  password: "Password",
  email: "Code by e-mail",
  phone: "Code by text message",
  to: "to {to}",
  passwordLabel: "Your password",
  codeLabel: "Code",
  codeMissing: "Enter the code from the message.",
  passwordMissing: "Enter your password.",
  confirm: "Confirm",
  sending: "Sending a code to {to}…",
  sent: "A code is on its way to {to}.",
  sentAgain: "The same code is on its way to {to} again.",
  again: "Send the code again",
  againIn: "Send the code again in {time}",
  anew: "Send a new code",
  other: "Confirm in another way",
  cancel: "Cancel",
  wait: "One moment…",
  /** A sentence for each type of operation, with fields in braces: `Transfer {amount} to {payee}`. */
  operations: /** @type {Record<string, string>} */ ({}),
  /** What fields of operations are called. */
  fields: /** @type {Record<string, string>} */ ({}),
  /** By the API's code, or what of it is before a dot; else its own message is shown. */
  errors: /** @type {Record<string, string>} */ ({
    noMethod: "Your account has none of the ways to confirm this. Add one in your account first.",
    network: "No connection. Check yours and try again.",
    unexpected: "Something went wrong on our side. Try again soon.",
    "session.invalid_credentials": "The password is not right.",
    "session.verification_blocked_too_many_attempts": "Too many wrong tries. Try again in {minutes} min.",
    "verification_code.code_mismatch": "The code is not right. Tries left: {left}.",
    "verification_code.exceed_max_try": "This code was wrong too often. Have a new one sent.",
    "verification_code.expired": "This code is too old. Have a new one sent.",
    "verification_code.not_found": "This code was used or revoked already. Have a new one sent.",
    "verification_record.not_found": "This took too long. Cancel and start again.",
    record_session_mismatch: "You have signed in anew meanwhile. Cancel and start again.",
    "request.message_rate_limited": "Too many messages. The next one can be sent in a while.",
    invalidIdentifier: "Nothing can be sent to {to}. Cancel and correct it.",
    connector: "The message could not be sent. Try again, or confirm in another way.",
    "guard.invalid_input": "This is not valid. Check what you entered.",
    auth: "You are signed out. Sign in again.",
  }),
};

/** @typedef {typeof EN} Texts */

/** @type {Texts} */
const JA = {
  title: "本人確認",
  newEmail: "新しいメールアドレスの確認",
  newPhone: "新しい電話番号の確認",
  part: "ステップ {n}/{of}",
  choose: "確認方法を選んでください。",
  password: "パスワード",
  email: "メールで届くコード",
  phone: "SMS で届くコード",
  to: "{to} 宛て",
  passwordLabel: "パスワード",
  codeLabel: "確認コード",
  codeMissing: "メッセージに書かれたコードを入力してください。",
  passwordMissing: "パスワードを入力してください。",
  confirm: "確認する",
  sending: "{to} にコードを送信しています…",
  sent: "{to} にコードを送信しました。",
  sentAgain: "{to} に同じコードをもう一度送信しました。",
  again: "コードを再送する",
  againIn: "{time} 後に再送できます",
  anew: "新しいコードを送る",
  other: "別の方法で確認する",
  cancel: "キャンセル",
  wait: "お待ちください…",
  operations: {},
  fields: {},
  errors: {
    noMethod: "このアカウントには、確認に使える方法がありません。先にアカウントに追加してください。",
    network: "接続できません。通信状態を確かめて、もう一度お試しください。",
    unexpected: "サーバーで問題が起きました。しばらくしてからお試しください。",
    service: "現在ご利用いただけません。しばらくしてからお試しください。",
    "session.invalid_credentials": "パスワードが正しくありません。",
    "session.verification_blocked_too_many_attempts": "間違いが多すぎます。{minutes} 分後にお試しください。",
    "verification_code.code_mismatch": "コードが正しくありません。残り {left} 回です。",
    "verification_code.exceed_max_try": "間違いが多すぎます。新しいコードを送ってください。",
    "verification_code.expired": "コードの有効期限が切れました。新しいコードを送ってください。",
    "verification_code.not_found": "このコードは使用済みか、取り消されています。新しいコードを送ってください。",
    "verification_record.not_found": "時間が経ちすぎました。キャンセルして最初からやり直してください。",
    record_session_mismatch: "サインインし直されています。キャンセルして最初からやり直してください。",
    "request.message_rate_limited": "送信回数が多すぎます。しばらくすると送れます。",
    invalidIdentifier: "{to} には送信できません。キャンセルして入力し直してください。",
    connector: "送信できませんでした。もう一度試すか、別の方法で確認してください。",
    "session.email_blocklist": "このメールアドレスは使えません。",
    "guard.invalid_input": "入力内容を確かめてください。",
    auth: "サインアウトしています。もう一度サインインしてください。",
    "user.suspended": "このアカウントは停止されています。",
  },
};

/**
 * The texts of a language, with a host's own in their place.
 *
 * @param {"en" | "ja"} language
 * @param {Partial<Texts>} own
 * @returns {Texts}
 */
export function textsOf(language, own) {
  const texts = language === "ja" ? JA : EN;
  return {
    ...texts,
    ...own,
    operations: { ...texts.operations, ...own.operations },
    fields: { ...texts.fields, ...own.fields },
    errors: { ...texts.errors, ...own.errors },
  };
}

/**
 * @param {Problem} problem
 * @param {Texts} texts
 * @returns {string} In words.
 */
export function textOfProblem({ code, message, retryAfter }, { errors }) {
  let known = code;
  while (known !== "" && !errors[known]) known = known.slice(0, Math.max(0, known.lastIndexOf(".")));
  return fill(errors[known] ?? message, { minutes: Math.ceil((retryAfter ?? 3600) / 60) });
}
