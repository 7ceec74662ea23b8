"""The words that products are called by: what the search knows how to spell, and can complete.

catalog_word   one row a word of the name or brand of any product that visitors can see, or could once. It owns no cache
               entry. A statement trigger adds what is new; nothing takes a word away, since one that no product has
               any more only means a suggestion without results. Words without a stem ("this") are left out.

A few thousand words name a million products, so finding the nearest spelling here costs the same in any shop, where
comparing the names themselves would read most of a trigram index.
Proved by tests/integration/test_catalog_words.py.
"""

from collections.abc import Sequence
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from shop.events.triggers import after_statement

SEARCH_LANGUAGE = "english"
STEMMER = f"{SEARCH_LANGUAGE}_stem"
SHORTEST = 3
LONGEST = 40


class Word(models.Model):
    """`stem` is what the search language makes of the word; two words of one stem find the same products."""

    word = models.CharField(primary_key=True, max_length=LONGEST)
    stem = models.CharField(max_length=LONGEST)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["stem"], name="word_by_stem"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word


def collects_words(*, columns: Sequence[str], visible: str) -> list[pgtrigger.Trigger]:
    """The triggers of a table whose `columns` hold names, of those rows that are `visible`.

    A statement inserts its words in order, so two statements never wait for each other in a circle. Two transactions of
    several statements each can: PostgreSQL then ends one of them, which can be tried again.
    """

    def add(rows: str) -> str:
        text = " || ' ' || ".join(f"n.{column}" for column in columns)
        return f"""
            INSERT INTO catalog_word (word, stem)
            SELECT word, stem[1]
            FROM (
                SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', {text}))) AS word FROM {rows}
            ) AS words, LATERAL ts_lexize('{STEMMER}', word) AS stem
            WHERE length(word) BETWEEN {SHORTEST} AND {LONGEST} AND word ~ '^[[:alpha:]]+$' AND cardinality(stem) > 0
            ORDER BY word
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        """  # noqa: S608  the parts put in are the code's own names

    old, new = (f"({', '.join(f'{row}.{one}' for one in (*columns, visible))})" for row in ("o", "n"))
    changed = f"new_rows AS n JOIN old_rows AS o USING (id) WHERE n.{visible} AND {new} IS DISTINCT FROM {old}"
    return [
        after_statement("product_words_insert", pgtrigger.Insert, add(f"new_rows AS n WHERE n.{visible}"), new=True),
        after_statement("product_words_update", pgtrigger.Update, add(changed), old=True, new=True),
    ]
