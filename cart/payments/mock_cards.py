"""The cards that the mock providers know, each for one thing that can happen to a payment."""

from enum import Enum
from typing import Final


class CardBehaviour(Enum):
    SUCCEEDS = "succeeds"
    DECLINED = "card_declined"
    EXPIRED = "expired_card"
    NO_FUNDS = "insufficient_funds"
    CHARGED_IN_SILENCE = "times out though it is charged"
    NEVER_ARRIVES = "times out, and is never charged"
    ANSWERS_TWICE = "is charged, and answered once more from outside"

    @property
    def is_refusal(self) -> bool:
        return self in (CardBehaviour.DECLINED, CardBehaviour.EXPIRED, CardBehaviour.NO_FUNDS)


# Any other number succeeds as well.
MOCK_CARDS: Final = {
    "4242424242424242": CardBehaviour.SUCCEEDS,
    "4000000000000002": CardBehaviour.DECLINED,
    "4000000000000069": CardBehaviour.EXPIRED,
    "4000000000009995": CardBehaviour.NO_FUNDS,
    "4000000000000119": CardBehaviour.CHARGED_IN_SILENCE,
    "4000000000000127": CardBehaviour.NEVER_ARRIVES,
    "4000000000000259": CardBehaviour.ANSWERS_TWICE,
}


def behaviour_of(number: str) -> CardBehaviour:
    return MOCK_CARDS.get(number, CardBehaviour.SUCCEEDS)
