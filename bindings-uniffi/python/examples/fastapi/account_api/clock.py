"""The one clock: what every check, counter and token means by *now*."""

import time


class Clock:
    """The system's clock, which dev mode can move forward."""

    def __init__(self) -> None:
        #: Seconds ahead of the system's.
        self.advanced = 0

    def milliseconds(self) -> int:
        """For what the Account API shows of users: milliseconds since 1970."""
        return int(time.time() * 1000) + self.advanced * 1000

    def seconds(self) -> int:
        """For the rules and tokens: whole seconds since 1970."""
        return self.milliseconds() // 1000
