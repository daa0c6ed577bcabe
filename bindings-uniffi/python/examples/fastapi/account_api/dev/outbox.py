"""Messages that are kept instead of delivered."""

from typing import Any

from ..message import Message


class Outbox:
    """Keeps messages, oldest first."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self._messages.append(message)

    def to(self, recipient: str | None) -> list[dict[str, Any]]:
        """The messages to this recipient; to all without one."""
        kept = self._messages
        return [shown(it) for it in kept if recipient is None or it.to.value == recipient]


def shown(message: Message) -> dict[str, Any]:
    sent = {
        "channel": "email" if message.to.type == "email" else "sms",
        "to": message.to.value,
        "templateType": message.purpose,
        "code": message.code,
        "locale": message.locale,
        "text": message.text,
    }
    return {**sent, "subject": message.subject} if message.to.type == "email" else sent
