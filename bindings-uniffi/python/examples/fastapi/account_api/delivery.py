"""Delivery: a code on its way to the user."""

import asyncio
import logging
import smtplib
import ssl
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from .message import Message
from .problem import Problem

log = logging.getLogger(__name__)

#: The longest a relay may take, in seconds.
TIME_LIMIT = 15


class Delivery(Protocol):
    """Hands messages to their provider."""

    async def send(self, message: Message) -> None:
        """When this answers, the provider has taken the message; what it raises is a Problem."""


class Relay:
    """An SMTP relay: ``smtps://user:password@mail.example.com``. It delivers no text messages."""

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender

    async def send(self, message: Message) -> None:
        if message.to.type != "email":
            raise Problem.of("connector_not_found")
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as cause:
            log.error("the relay did not take a message: %s", type(cause).__name__)
            raise Problem.of("connector_failed") from None

    def _send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.to.value, message.subject
        mail.set_content(message.text)
        with self._connect() as relay:
            if self._url.username is not None:
                relay.login(unquote(self._url.username), unquote(self._url.password or ""))
            relay.send_message(mail)

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or 0
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIME_LIMIT, context=context)
        return smtplib.SMTP(host, port, timeout=TIME_LIMIT)
