import { text } from "./argument.js";
import { type OperationInput, toJson } from "./operation.js";
import { Call, call } from "./wasm.js";

/**
 * What a person reads before approving an operation: a sentence with the operation's own fields, such
 * as `Pay {amount} {currency} to {payee.name}`.
 *
 * A field is the name of a member in braces, a member of a member with a dot between them; `{{` and
 * `}}` stand for a brace. It is shown as it is: a text of 1 to 256 bytes, a number or a truth value, and
 * nothing that breaks the line, is invisible or turns the direction of writing.
 *
 * @param template 1 to 1000 bytes without control characters.
 * @throws SekishoError `message_template_invalid`, `operation_invalid`, and `operation_not_displayable`
 *   where a field is missing or cannot be shown: then send no message.
 */
export function renderMessage(template: string, operation: OperationInput): string {
  return call(Call.RenderMessage, {}, text("template", template), toJson(operation)).text();
}
