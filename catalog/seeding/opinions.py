"""What people say about groceries: `opinions.toml`, put together to fit the stars, the goods and the maker."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

MOST_REVIEWS = 20
STARS = (5, 4, 3, 2, 1)
# How often people give 5, 4, 3, 2 and 1 stars to something good, ordinary or poor; and how many goods are which.
MOODS = ((60, 27, 8, 3, 2), (40, 33, 15, 8, 4), (18, 26, 26, 18, 12))
MOOD_WEIGHTS = (4, 5, 1)
A_DAY, HALF_A_YEAR = 86_400, 15_552_000


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review; `rating` is 1 to 5."""

    author: str
    rating: int
    title: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """Titles, openings and closings by stars; bodies by the tone of the shelf and stars."""

    authors: list[str]
    initials: list[str]
    titles: dict[int, list[str]]
    openings: dict[int, list[str]]
    bodies: dict[str, dict[int, list[str]]]
    closings: dict[int, list[str]]


def opinions(random: Random, *, thing: str, brand: str, tone: str, since: datetime) -> list[Opinion]:
    """Up to 20 reviews, most products having few; oldest first."""
    count = int((MOST_REVIEWS + 1) * random.random() ** 3)
    mood = random.choices(MOODS, MOOD_WEIGHTS)[0]
    times = sorted(since + timedelta(seconds=random.randint(A_DAY, HALF_A_YEAR)) for _ in range(count))
    words = _words()
    said = []
    for rating, at in zip(random.choices(STARS, mood, k=count), times, strict=True):
        parts = (words.openings[rating], words.bodies[tone][rating], words.closings[rating])
        body = " ".join(filter(None, (random.choice(choices) for choices in parts)))
        author = f"{random.choice(words.authors)} {random.choice(words.initials)}."
        title = random.choice(words.titles[rating])
        said.append(Opinion(author, rating, title, body.replace("{thing}", thing).replace("{brand}", brand), at))
    return said


@cache
def _words() -> Words:
    read = tomllib.loads((Path(__file__).parent / "opinions.toml").read_text("utf-8"))
    return Words(
        authors=read["authors"].split("|"),
        initials=read["initials"].split("|"),
        titles=_by_stars(read["titles"]),
        openings=_by_stars(read["openings"]),
        bodies={tone: _by_stars(words) for tone, words in read["bodies"].items()},
        closings=_by_stars(read["closings"]),
    )


def _by_stars(words: dict[str, str]) -> dict[int, list[str]]:
    return {int(stars): text.split("|") for stars, text in words.items()}
