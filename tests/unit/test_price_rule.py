"""What a bulk change makes of a price, in numbers."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.bulk.price_rule import LARGEST, Kind, PriceRule, Quote, RefusedPriceError
from catalog.bulk.rounding import Rounding, rounded

SOON = datetime(2030, 1, 1, tzinfo=UTC)
AMOUNTS = st.decimals(min_value=0, max_value=LARGEST, places=2)


def quote(regular: str, amount: str | None = None, ends_at: datetime | None = None) -> Quote:
    return Quote(regular=Decimal(regular), amount=Decimal(amount or regular), ends_at=ends_at)


def rule(kind: str, value: str = "0", rounding: str = "cents", floor: str | None = None) -> PriceRule:
    lowest = None if floor is None else Decimal(floor)
    return PriceRule(kind=Kind(kind), value=Decimal(value), rounding=Rounding(rounding), floor=lowest, ends_at=SOON)


@pytest.mark.parametrize(
    ("amount", "to", "expected"),
    [
        ("3.234", "cents", "3.23"),
        ("3.235", "cents", "3.24"),
        ("3.24", "five", "3.25"),
        ("3.20", "five", "3.15"),
        ("3.24", "nine", "3.19"),
        ("3.25", "nine", "3.29"),
        ("0.01", "nine", "0.09"),
        ("0", "five", "0.05"),
        ("9.99", "nine", "9.99"),
    ],
)
def test_a_price_is_rounded_to_the_nearest_and_of_two_to_the_lower(amount: str, to: str, expected: str) -> None:
    assert rounded(Decimal(amount), to=Rounding(to)) == Decimal(expected)


@pytest.mark.parametrize(
    ("change", "old", "expected"),
    [
        (rule("raise_percent", "10"), quote("4.50"), quote("4.95")),
        (rule("lower_percent", "10"), quote("4.50"), quote("4.05")),
        (rule("raise_percent", "10"), quote("4.50", "3.20"), quote("4.95", "3.52")),
        (rule("raise_amount", "0.30"), quote("4.50", "3.20", SOON), quote("4.80", "3.50", SOON)),
        (rule("lower_amount", "0.30"), quote("4.50"), quote("4.20")),
        (rule("lower_percent", "50", floor="3.00"), quote("4.50"), quote("3.00")),
        (rule("lower_percent", "50", floor="3.00"), quote("2.00"), quote("2.00")),
        (rule("lower_amount", "9", floor="1.00"), quote("4.50"), quote("1.00")),
        (rule("set_regular", "5.00", "nine"), quote("4.50"), quote("5.00")),
        (rule("set_regular", "5.00"), quote("4.50", "3.20", SOON), quote("5.00", "3.20", SOON)),
        (rule("set_regular", "3.20"), quote("4.50", "3.20", SOON), quote("3.20")),
        (rule("sale_percent", "20"), quote("4.50"), quote("4.50", "3.60", SOON)),
        (rule("sale_percent", "20", "nine"), quote("4.50"), quote("4.50", "3.59", SOON)),
        (rule("sale_percent", "1", "nine"), quote("3.28"), quote("3.28", "3.19", SOON)),
        (rule("sale_amount", "1.00"), quote("4.50", "3.20"), quote("4.50", "3.50", SOON)),
        (rule("sale_price", "2.00"), quote("4.50"), quote("4.50", "2.00", SOON)),
        (rule("end_sale"), quote("4.50", "3.20", SOON), quote("4.50")),
        (rule("end_sale"), quote("4.50"), quote("4.50")),
    ],
)
def test_each_kind_of_change_gives_the_price_that_it_says(change: PriceRule, old: Quote, expected: Quote) -> None:
    assert change.new_price(old) == expected


@pytest.mark.parametrize(
    ("change", "old", "reason"),
    [
        (rule("lower_amount", "5"), quote("4.50"), "below nothing"),
        (rule("raise_percent", "1000"), quote("99999999.99"), "too large"),
        (rule("set_regular", "3.00"), quote("4.50", "3.20"), "above the regular 3.00"),
        (rule("sale_price", "4.60"), quote("4.50"), "above the regular 4.50"),
        (rule("sale_price", "4.50"), quote("4.50"), "nothing would be taken off"),
        (rule("sale_percent", "10"), quote("0.00"), "nothing would be taken off"),
        (rule("sale_percent", "10", floor="9"), quote("4.50"), "nothing would be taken off"),
        (rule("sale_percent", "1"), quote("0.10"), "nothing would be taken off"),
    ],
)
def test_an_impossible_price_is_refused_with_the_reason(change: PriceRule, old: Quote, reason: str) -> None:
    with pytest.raises(RefusedPriceError, match=reason):
        change.new_price(old)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("raise_percent", "0"),
        ("lower_percent", "-5"),
        ("lower_percent", "100"),
        ("raise_percent", "1001"),
        ("set_regular", "0"),
    ],
)
def test_a_rule_that_makes_no_sense_is_none(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"number|percent"):
        rule(kind, value)


@given(AMOUNTS, AMOUNTS, st.sampled_from(Rounding))
def test_a_larger_amount_never_gets_a_lower_price(one: Decimal, other: Decimal, to: Rounding) -> None:
    smaller, larger = sorted((one, other))

    assert 0 <= rounded(smaller, to=to) <= rounded(larger, to=to)


@given(
    st.tuples(AMOUNTS, AMOUNTS),
    st.sampled_from(Kind),
    st.decimals(min_value="0.01", max_value="99.99", places=2),
    st.sampled_from(Rounding),
    st.none() | AMOUNTS,
)
def test_no_rule_makes_a_price_that_the_database_refuses(
    prices: tuple[Decimal, Decimal], kind: Kind, value: Decimal, to: Rounding, floor: Decimal | None
) -> None:
    old = Quote(regular=max(prices), amount=min(prices))
    change = PriceRule(kind=kind, value=value, rounding=to, floor=floor)

    try:
        new = change.new_price(old)
    except RefusedPriceError:
        return

    assert 0 <= new.amount <= new.regular <= LARGEST
    assert new.amount == round(new.amount, 2)
    assert new.regular == round(new.regular, 2)
    if kind in (Kind.LOWER_PERCENT, Kind.LOWER_AMOUNT) and floor is not None:
        assert new.amount >= min(floor, old.amount)
