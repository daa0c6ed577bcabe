//! Operations: what users approve, what each demands of them, and what they read before.

mod approval;
mod policy;

pub(crate) use approval::{Approval, ApprovalError};
pub(crate) use policy::{Combination, OperationError, OperationPolicy, Operations, TRANSFER};
