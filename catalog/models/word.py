"""The words that products are called by: what the search knows how to spell, and can complete.

catalog_word   one row a word of any product's name or brand. It owns no cache entry. A statement trigger adds what is
               new; nothing takes a word away, since one that no product has any more only means a suggestion without
               results.

A few thousand words name a million products, so finding the nearest spelling here costs the same in any shop, where
comparing the names themselves would read most of a trigram index.
Proved by tests/integration/test_catalog_words.py.
"""

from collections.abc import Sequence
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

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


def collects_words(*, columns: Sequence[str]) -> list[pgtrigger.Trigger]:
    """The triggers of a table whose `columns` hold names. Words go in in order, so two writers never deadlock."""

    def add(rows: str, prefix: str) -> str:
        text = " || ' ' || ".join(f"{prefix}{column}" for column in columns)
        return f"""
            INSERT INTO catalog_word (word, stem)
            SELECT word, coalesce((ts_lexize('english_stem', word))[1], word)
            FROM (SELECT DISTINCT unnest(tsvector_to_array(to_tsvector('simple', {text}))) AS word FROM {rows}) AS words
            WHERE length(word) BETWEEN {SHORTEST} AND {LONGEST} AND word ~ '^[[:alpha:]]+$'
            ORDER BY word
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        """  # noqa: S608  the parts put in are the code's own names

    old, new = (f"({', '.join(f'{alias}.{column}' for column in columns)})" for alias in ("o", "n"))
    renamed = f"new_rows AS n JOIN old_rows AS o USING (id) WHERE {new} IS DISTINCT FROM {old}"
    return [
        _after("product_words_insert", pgtrigger.Insert, add("new_rows AS n", "n."), old=None),
        _after("product_words_update", pgtrigger.Update, add(renamed, "n."), old="old_rows"),
    ]


def _after(name: str, operation: pgtrigger.Operation, func: str, *, old: str | None) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(old=old, new="new_rows"),  # type: ignore[no-untyped-call]
        func=func,
    )
