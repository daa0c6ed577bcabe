"""A code for one recipient, written in their language."""

from dataclasses import dataclass
from typing import Literal

from sekisho import Identifier, Purpose

Locale = Literal["en", "ja"]
#: The languages there are; the first is taken where the request wants none of them.
LOCALES: tuple[Locale, ...] = ("en", "ja")


@dataclass(frozen=True)
class Message:
    """A code for one recipient, before it is written."""

    to: Identifier
    purpose: Purpose
    code: str
    #: Seconds until the code is no longer right.
    lifetime: int
    locale: Locale
    #: What is approved by the code, as its user reads it.
    approved: str | None = None

    @property
    def subject(self) -> str:
        """No code in a subject: it shows on locked screens."""
        return SUBJECTS[self.locale][self.purpose]

    @property
    def text(self) -> str:
        """The whole text, for mail and text message alike."""
        minutes = self.lifetime // 60
        plural = "" if minutes == 1 else "s"
        text = TEXTS[self.locale][self.purpose].format(code=self.code, minutes=minutes, s=plural)
        return text if self.approved is None else f"{APPROVE[self.locale]}: {self.approved}\n{text}"


APPROVE: dict[Locale, str] = {"en": "You are asked to approve", "ja": "承認の対象"}

SUBJECTS: dict[Locale, dict[Purpose, str]] = {
    "en": {
        "UserPermissionValidation": "Your verification code",
        "BindNewIdentifier": "Confirm your new address",
        "BindMfa": "Your code for two-step verification",
    },
    "ja": {
        "UserPermissionValidation": "確認コードのお知らせ",
        "BindNewIdentifier": "新しいメールアドレスの確認",
        "BindMfa": "二段階認証の設定コード",
    },
}

_GOOD = "It is good for {minutes} minute{s}. Tell it to nobody."
_KIGEN = "有効期間は{minutes}分です。誰にも教えないでください。"

TEXTS: dict[Locale, dict[Purpose, str]] = {
    "en": {
        "UserPermissionValidation": f"Your code is {{code}}, to confirm that it is you. {_GOOD}",
        "BindNewIdentifier": (
            f"Your code is {{code}}, to confirm that this address or number is yours. {_GOOD}"
        ),
        "BindMfa": f"Your code is {{code}}, to set up two-step verification. {_GOOD}",
    },
    "ja": {
        "UserPermissionValidation": (
            f"コードは {{code}} です。ご本人であることを確認するため、画面に入力してください。{_KIGEN}"
        ),
        "BindNewIdentifier": (
            "コードは {code} です。この連絡先がご自身のものであることを確認するため、"
            f"画面に入力してください。{_KIGEN}"
        ),
        "BindMfa": (f"コードは {{code}} です。二段階認証を設定するため、画面に入力してください。{_KIGEN}"),
    },
}
