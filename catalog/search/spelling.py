"""Puts typing errors right: words that no product has become the nearest ones that some product is called by.

A word that stands in any product's text is left alone, and so are stop words ("this", "over") and a word that nothing
comes near (how near is pg_trgm.similarity_threshold of the settings). Whoever writes quotes or a minus knows what is
wanted: nothing is changed then.
Proved by tests/integration/test_catalog_words.py.
"""

import re
from typing import Final

from django.db import connection

from catalog.models.word import LONGEST, SEARCH_LANGUAGE, SHORTEST, STEMMER

_EXACT = re.compile(r'"|(^| )-\w')
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS: Final = 10

_CORRECTIONS: Final = f"""
    SELECT typed.word, nearest.word
    FROM unnest(%s::text[]) AS typed (word), LATERAL ts_lexize('{STEMMER}', typed.word) AS lexeme, LATERAL (
        SELECT word FROM catalog_word WHERE word %% typed.word
        ORDER BY similarity(word, typed.word) DESC, abs(length(word) - length(typed.word)), word LIMIT 1
    ) AS nearest
    WHERE cardinality(lexeme) > 0
    AND NOT EXISTS (SELECT FROM catalog_word WHERE stem = lexeme[1])
    AND NOT EXISTS (
        SELECT FROM catalog_product WHERE search @@ plainto_tsquery('{SEARCH_LANGUAGE}', typed.word) AND is_published
    )
"""  # noqa: S608  the parts put in are constants


def spelled(text: str) -> str:
    """The text with its typing errors put right; the text itself where there are none. At most one statement."""
    typed = _WORD.findall(text.lower())[:_MOST_WORDS]
    wanted = sorted({word for word in typed if SHORTEST < len(word) <= LONGEST})
    if not wanted or _EXACT.search(text):
        return text
    with connection.cursor() as cursor:
        cursor.execute(_CORRECTIONS, [wanted])
        nearest: dict[str, str] = dict(cursor.fetchall())
    return _WORD.sub(lambda found: nearest.get(found[0].lower(), found[0]), text) if nearest else text
