"""The guard against formulas: nothing that leaves is one, and whatever leaves comes back as it was."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.csv.formulas import defused, restored

FORMULAS = "=+-@\uff1d\uff0b\uff0d\uff20"
DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
TEXTS = st.text(alphabet=st.sampled_from("'=+-@;\" \t\r\nab"), max_size=12) | st.text(max_size=20)


@given(TEXTS)
@example("'Tis the season jam")
@example("''=1+1")
@example("'=1+1")
@example("' =1+1")
@example("a;'=1+1;''=2;' =3")
def test_a_text_that_went_out_comes_in_as_it_was(text: str) -> None:
    assert restored(defused(text)) == text


@given(TEXTS)
def test_no_cell_begins_with_what_begins_a_formula(text: str) -> None:
    assert not defused(text).startswith(tuple(DANGEROUS))


@given(TEXTS)
@example("Plum;=cmd|'/c calc'!A1;jam")
@example("Plum;  =1+1")
@example('Plum;"=1+1')
@example("Plum\t@SUM(1)")
@example("Plum\n=1+1")
@example(" =1+1")
def test_no_part_begins_as_a_formula_where_semicolons_tabs_or_line_breaks_split(text: str) -> None:
    for part in re.split(r"[;\t\r\n]", defused(text)):
        assert not part.lstrip(' "').startswith(tuple(FORMULAS))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Plum;=1;jam", "Plum;'=1;jam"),
        ("Plum; =1", "Plum;' =1"),
        ("a\t-1", "a\t'-1"),
        ("It has:\n- fruit", "It has:\n'- fruit"),
        ("a;'=1", "a;''=1"),
    ],
)
def test_a_formula_inside_of_a_cell_gets_its_apostrophe_there(text: str, cell: str) -> None:
    assert defused(text) == cell
    assert restored(cell) == text


@pytest.mark.parametrize("first", DANGEROUS)
def test_each_beginning_of_a_formula_gets_an_apostrophe(first: str) -> None:
    assert defused(f"{first}1") == f"'{first}1"


@pytest.mark.parametrize(
    "text", ["'Tis jam", "''", "'", "plum jam", "a=1", "plum; jam", "a; 'b", "a-b;c-d", "3.20", ""]
)
def test_other_texts_are_left_alone_both_ways(text: str) -> None:
    assert defused(text) == text
    assert restored(text) == text
