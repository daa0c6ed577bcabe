/** What the link "this was not me" opens. Opening it changes nothing: scanners of mail open links, too. */

import { fillPage, language } from "./language.js";

const TEXTS = {
  en: {
    title: "This was not me",
    what: "Somebody asked for a code to confirm something in your account. If it was not you, make the code void. Whatever it was already used to confirm stays as it is.",
    revoke: "Make the code void",
    done: "The code is void now, and what it confirmed can no longer be used. Whoever asked for it is signed in as you: sign in, sign out all other sessions, and change your password.",
    refused:
      "This link is cut off or too old. Copy the whole link from the message and open it once more. If that does not work either, the code is too old to be used, and so is what it confirmed. If you did not ask for it, change your password.",
    failed: "That did not work. Check your connection and try again.",
  },
  ja: {
    title: "心当たりがない場合",
    what: "あなたのアカウントで、操作を確認するためのコードが要求されました。心当たりがない場合は、コードを無効にしてください。すでに実行された操作は取り消されません。",
    revoke: "コードを無効にする",
    done: "コードを無効にしました。このコードによる確認も使えません。第三者がサインインしているおそれがあります。ほかの端末をすべてサインアウトさせ、パスワードを変更してください。",
    refused:
      "リンクが途中で切れているか、期限切れです。メッセージのリンク全体をコピーして、もう一度開いてください。それでも使えない場合は、コードもその確認も期限切れで、もう使えません。心当たりがない場合は、パスワードを変更してください。",
    failed: "処理できませんでした。通信状態を確かめて、もう一度お試しください。",
  },
};

const texts = TEXTS[language];
const button = /** @type {HTMLButtonElement} */ (document.getElementById("revoke"));
const outcome = /** @type {HTMLElement} */ (document.getElementById("outcome"));

/** @param {string} revocation */
async function revoke(revocation) {
  try {
    const answer = await fetch("/api/verifications/revoke", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ revocation }),
    });
    if (answer.status === 204) return "done";
    return answer.status === 400 ? "refused" : "failed";
  } catch {
    return "failed";
  }
}

button.addEventListener("click", async () => {
  // Some mail programs take what stands behind a link for its end.
  const [revocation] = /[\w-]*/.exec(location.hash.slice(1)) ?? [""];
  const came = await revoke(revocation);
  outcome.textContent = texts[came];
  button.hidden = came === "done";
});

addEventListener("hashchange", () => location.reload());

fillPage(texts);
