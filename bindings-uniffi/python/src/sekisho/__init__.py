"""Security verification: a signed-in user proves once more who they are, by password or by a one-time
code, and the application gets a verification record.

All the state there is are expiring counters, in a :class:`CounterStore`. A :class:`Verifier` drives
every flow over it.
"""

from ._counters import CounterOp, CounterStore
from ._error import ERROR_CODES, ErrorCode, SekishoError
from ._flow import Flow
from ._identifier import Identifier, canonical
from ._key_ring import Environment, KeyRing, KeyTimes
from ._memory_counters import MemoryCounters
from ._message import render_message
from ._outcome import (
    Accepted,
    CodeDrawn,
    CodeSent,
    CodeUncounted,
    Limits,
    PasswordVerified,
    Verified,
)
from ._password_acceptance import PasswordAcceptance, PasswordRejection
from ._password_policy import PasswordPolicy, Pepper, Verification
from ._policy import CodePolicy, FailurePolicy, Policy, SendPolicy
from ._redis_counters import RedisCounters
from ._require_verification import Refusal, require_verification
from ._requirement import (
    AskedVerification,
    Method,
    Purpose,
    Requirement,
    from_challenge,
    purpose_of_code,
    to_challenge,
)
from ._resume_handle import ResumeHandle
from ._steps import Steps
from ._verifier import Verifier
from ._verifier_without_counters import VerifierWithoutCounters

__all__ = [
    "ERROR_CODES",
    "Accepted",
    "AskedVerification",
    "CodeDrawn",
    "CodePolicy",
    "CodeSent",
    "CodeUncounted",
    "CounterOp",
    "CounterStore",
    "Environment",
    "ErrorCode",
    "FailurePolicy",
    "Flow",
    "Identifier",
    "KeyRing",
    "KeyTimes",
    "Limits",
    "MemoryCounters",
    "Method",
    "PasswordAcceptance",
    "PasswordPolicy",
    "PasswordRejection",
    "PasswordVerified",
    "Pepper",
    "Policy",
    "Purpose",
    "RedisCounters",
    "Refusal",
    "Requirement",
    "ResumeHandle",
    "SekishoError",
    "SendPolicy",
    "Steps",
    "Verification",
    "Verified",
    "Verifier",
    "VerifierWithoutCounters",
    "canonical",
    "from_challenge",
    "purpose_of_code",
    "render_message",
    "require_verification",
    "to_challenge",
]
