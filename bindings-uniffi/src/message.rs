//! What a person reads before approving an operation.

use sekisho::message::MessageTemplate;

use crate::SekishoError;

/// The sentence that shows an operation's own fields: `Pay {amount} {currency} to {payee.name}`. Show
/// the operation that the record is bound to: what the user read is what is approved.
///
/// A template has 1 to 1000 bytes without control characters. A field is the name of a member of the
/// operation in braces, a member of a member with a dot between them; `{{` and `}}` stand for a brace.
/// What a field holds is shown as it is: a string of 1 to 256 bytes, a number, `true` or `false`; no
/// string may break the line, be invisible, or turn the direction of what stands beside it (Unicode
/// TR 36 §2.5).
///
/// Fails with `message_template_invalid`, `operation_invalid`, and with `operation_not_displayable`
/// where a field is not there or holds what is not shown.
#[uniffi::export]
pub fn render_message(template: String, operation_json: String) -> Result<String, SekishoError> {
    Ok(MessageTemplate::parse(&template)?.render(&operation_json)?)
}
