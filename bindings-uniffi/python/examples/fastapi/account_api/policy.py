"""The account policy: which fields may change, how many attempts there are, who gets messages.

One shape for the variable ``SEKISHO_POLICY`` and for dev mode's ``PATCH /dev/policy``; the same as the
reference server's.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from sekisho import CodePolicy, FailurePolicy, Identifier, Policy, SekishoError, canonical

from .problem import Problem

#: What a user may do with a field: neither see nor change it, see it, or both.
Access = Literal["Off", "ReadOnly", "Edit"]


#: The shortest word that is looked for in a password.
MIN_WORD_CHARACTERS = 4


def is_identifier(identifier: Identifier) -> bool:
    """Whether the rules take it for one."""
    try:
        canonical(identifier)
    except SekishoError:
        return False
    return True


def _entry(entry: str) -> str:
    value = entry if entry.rfind("@") > 0 else f"a@{entry.removeprefix('@')}"
    if "*" in entry or not is_identifier(Identifier.email(value)):
        raise ValueError("is neither an address nor a domain (example.com; no wildcards)")
    return entry


#: An address (``ana@example.com``) or a domain (``@example.com``).
Entry = Annotated[str, AfterValidator(_entry)]


def _word(word: str) -> str:
    if len(word.strip()) < MIN_WORD_CHARACTERS:
        raise ValueError(f"has fewer than {MIN_WORD_CHARACTERS} characters")
    return word


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, populate_by_name=True, strict=True
    )


class Fields(_Part):
    email: Access = "Edit"
    phone: Access = "Edit"
    password: Access = "Edit"


class Lockout(_Part):
    """The failure within an hour that blocks, and for how long."""

    max_attempts: int = 100
    lockout_minutes: int = 60


class Code(_Part):
    """Seconds a code is good, and wrong codes for one message."""

    expiration_duration: int = 600
    max_retry_attempts: int = 10


class Providers(_Part):
    """Which channels deliver codes. A channel that is on still needs a provider."""

    email: bool = True
    sms: bool = True


class AccountPolicy(_Part):
    #: Whether the Account API answers at all.
    enabled: bool = True
    fields: Fields = Fields()
    lockout: Lockout = Lockout()
    code: Code = Code()
    #: Addresses and domains that no user may take.
    email_blocklist: list[Entry] = []
    #: If not empty, the only addresses and domains that a user may take.
    email_allowlist: list[Entry] = []
    #: Whether a user may take an address such as ``ana+shop@example.com``.
    email_subaddressing: bool = True
    #: Words that no new password may contain, of 4 characters or more.
    password_words: list[Annotated[str, AfterValidator(_word)]] = []
    providers: Providers = Providers()

    def to_core(self) -> Policy:
        """The rules' numbers."""
        return Policy(
            code=CodePolicy(lifetime=self.code.expiration_duration, max_tries=self.code.max_retry_attempts),
            failures=FailurePolicy(limit=self.lockout.max_attempts, block=self.lockout.lockout_minutes * 60),
        )

    def admit_new(self, identifier: Identifier) -> None:
        """Refuses an address that may not become a user's own. Phone numbers always may."""
        if identifier.type != "email":
            return
        address = canonical(identifier)
        unlisted = self.email_allowlist and not _is_on(self.email_allowlist, address)
        if unlisted or _is_on(self.email_blocklist, address):
            raise Problem.of("email_not_allowed")
        if "+" in address.split("@")[0] and not self.email_subaddressing:
            raise Problem.of("subaddress_not_allowed")


def _is_on(entries: list[str], address: str) -> bool:
    """Whether one of a list is this address, or its domain."""
    domain = address[address.rindex("@") :]
    sought = (entry.strip().lower() for entry in entries)
    return any(it == address or (it if it[0] == "@" else f"@{it}") == domain for it in sought)
