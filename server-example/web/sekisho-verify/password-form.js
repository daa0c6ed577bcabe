import { Form } from "./form.js";
import { node } from "./node.js";
import { textOfProblem } from "./texts.js";

/** @import { Verification } from "./element.js" */

/**
 * Asks for the password.
 *
 * @param {Verification} verification
 * @param {boolean} hasOther Whether there is another way.
 * @returns {Promise<string | null>} The record; `null` for another way.
 */
export function passwordForm(verification, hasOther) {
  const { panel, texts, client, refused, account, began } = verification;
  return panel.show((done, signal) => {
    const form = new Form(verification, signal, "password", texts.passwordLabel, {
      type: "password",
      autocomplete: "current-password",
    });
    // For password managers, which look for whose password it is.
    const username = node("input", { autocomplete: "username", value: account?.primaryEmail ?? "", hidden: true });
    form.node.prepend(username);
    form.onSubmit = async () => {
      const password = form.input.value;
      if (password === "") return form.fail(texts.passwordMissing);
      const problem = await form.attempt(texts.wait, async () => {
        const record = await client.verify("password", { password, ...refused });
        began(record);
        done(record);
      });
      if (problem) form.fail(textOfProblem(problem, texts));
    };
    return { node: form.node, focus: form.input };
  }, hasOther);
}
