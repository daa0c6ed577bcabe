"""What dev mode is made of: everything in memory, and tokens of its own."""

import secrets

from sekisho import KeyRing, MemoryCounters, PasswordPolicy

from ..app import App
from ..clock import Clock
from ..policy import AccountPolicy
from ..users import Users
from .control import CONTROL
from .outbox import Outbox
from .token import dev_tokens

__all__ = ["CONTROL", "development"]


async def development() -> App:
    clock = Clock()
    return App(
        clock=clock,
        policy=AccountPolicy(),
        keys=KeyRing.generate("development"),
        passwords=PasswordPolicy(),
        counters=MemoryCounters(clock.seconds),
        users=await Users.open(":memory:"),
        tokens=dev_tokens(secrets.token_bytes(32)),
        delivery=Outbox(),
    )
