//! What goes beyond Logto's Account API: operations, sending a code again, revoking, the limit of a
//! session. An implementation of the contract alone is held to all the other rows.

/// Modules of which every row is about it.
const MODULES: [&str; 5] = ["operation::", "resend::", "revoke::", "transfer::", "session_limit::"];

/// Operations that the rows of every operation name at their end.
const OPERATIONS: [&str; 3] = ["::resend", "::revoke", "::transfer"];

pub(crate) fn has_row(name: &str) -> bool {
    MODULES.iter().any(|module| name.starts_with(module))
        || OPERATIONS.iter().any(|operation| name.ends_with(operation))
}
