//! What a verification is asked for: a permission as such, or an operation.

use sekisho::{Binding, Error, ErrorCode, Method, Purpose, Timestamp};
use serde_json::{Map, Value};

use crate::http::authentication::Caller;
use crate::http::body::Fields;
use crate::http::openapi::Failure;
use crate::http::{Problem, Refusal};
use crate::operation::{Approval, ApprovalError};

/// What a request that names an operation can answer.
pub(super) const FOR_OPERATION: &[Failure] = &[
    Failure::Refused(Refusal::OperationUnknown),
    Failure::Core(ErrorCode::OperationInvalid),
    Failure::Core(ErrorCode::OperationNotDisplayable),
];

/// What a request can answer whose verification is of no use for the operation or the resume handle.
pub(super) const DEMANDS: &[Failure] = &[
    Failure::Refused(Refusal::SessionRequired),
    Failure::Core(ErrorCode::RecordNotFound),
    Failure::Core(ErrorCode::RecordSessionMismatch),
    Failure::Core(ErrorCode::RecordOperationMismatch),
    Failure::Core(ErrorCode::RecordMethodNotAllowed),
];

/// The fields of a request that say what the verification is for, as they came.
pub(super) struct Named {
    operation: Option<Map<String, Value>>,
    handle: Option<String>,
}

/// What the verification is for.
pub(super) struct Asked {
    approval: Option<Approval>,
    handle: Option<String>,
}

impl Asked {
    /// Reads `operation` and `resumeHandle`, which both may be missing.
    pub(super) fn read(body: &mut Fields) -> Option<Named> {
        let (operation, handle) = (body.object_if_any("operation"), body.id_if_any("resumeHandle"));
        Some(Named { operation: operation?, handle: handle? })
    }

    /// Reads `operation`, which may be missing.
    pub(super) fn read_operation(body: &mut Fields) -> Option<Named> {
        Some(Named { operation: body.object_if_any("operation")?, handle: None })
    }

    /// What a record made for it is bound to.
    pub(super) fn binding(&self, caller: &Caller) -> Binding {
        let binding = caller.binding();
        match &self.approval {
            Some(approval) => approval.bound(binding),
            None => binding,
        }
    }

    /// What the user is to approve.
    pub(super) const fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }

    /// Refuses a verification that is of no use: not in the way that the operator demands for the
    /// operation, or not what the resume handle, if there is one, is for.
    pub(super) fn check_demands(
        &self,
        caller: &Caller,
        method: Method,
        now: Timestamp,
    ) -> Result<(), Problem> {
        if let Some(Approval { policy, .. }) = &self.approval {
            if policy.same_session && caller.token.session.is_none() {
                return Err(Refusal::SessionRequired.into());
            }
            if !policy.methods().contains(&method) {
                return Err(Error::from(ErrorCode::RecordMethodNotAllowed).into());
            }
        }
        let Some(handle) = &self.handle else { return Ok(()) };
        let binding = self.binding(caller);
        Ok(caller.rules.verifier.check_resume_handle(handle, &binding, method, now)?)
    }

    /// Nothing can be approved by a code that gives no permission.
    pub(super) fn check_purpose(&self, purpose: Purpose) -> Result<(), Problem> {
        let is_named = self.approval.is_some() || self.handle.is_some();
        if is_named && purpose != Purpose::UserPermissionValidation {
            return Err(Problem::invalid_input(
                "Error in key path \"operation\": it can be approved only by a code sent to an \
                 address or number of the user's own, with the template UserPermissionValidation.",
            ));
        }
        Ok(())
    }
}

impl Named {
    /// The operation by what the operator demands for its type.
    pub(super) fn of_operation(self, caller: &Caller) -> Result<Asked, Problem> {
        let operations = &caller.rules.policy.operations;
        let approval = self.operation.map(|facts| Approval::of(facts, operations)).transpose()?;
        Ok(Asked { approval, handle: self.handle })
    }
}

impl From<ApprovalError> for Problem {
    fn from(error: ApprovalError) -> Self {
        match error {
            ApprovalError::Unknown => Refusal::OperationUnknown.into(),
            ApprovalError::Refused(error) => error.into(),
        }
    }
}
