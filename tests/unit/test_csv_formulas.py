import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.csv.formulas import defused, restored

DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
TEXTS = st.text(alphabet=st.sampled_from("'=+-@\t\r\nab"), max_size=8) | st.text(max_size=20)


@given(TEXTS)
@example("'Tis the season jam")
@example("''=1+1")
@example("'=1+1")
def test_a_text_that_went_out_comes_in_as_it_was(text: str) -> None:
    assert restored(defused(text)) == text


@given(TEXTS)
def test_no_cell_begins_with_what_begins_a_formula(text: str) -> None:
    assert not defused(text).startswith(tuple(DANGEROUS))


@pytest.mark.parametrize("first", DANGEROUS)
def test_each_beginning_of_a_formula_gets_an_apostrophe(first: str) -> None:
    assert defused(f"{first}1") == f"'{first}1"


@pytest.mark.parametrize("text", ["'Tis jam", "''", "'", "plum jam", "a=1", "3.20", ""])
def test_other_texts_are_left_alone_both_ways(text: str) -> None:
    assert defused(text) == text
    assert restored(text) == text
