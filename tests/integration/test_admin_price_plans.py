"""A bulk price change: every new price is seen before it is made, and it is made once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.bulk import price_apply
from catalog.bulk.price_apply import Applied, PricesMovedError, StalePreviewError, apply_plan
from catalog.bulk.price_preview import PlanDecidedError, discard_plan, make_plan, preview_plan
from catalog.bulk.price_rule import Kind, PriceRule
from catalog.models import Category, Price, PriceChangeLine, PriceChangePlan, Product
from catalog.operations import change_price
from tests.goods import Goods
from tests.integration.at_once import together
from tests.integration.catalog_rows import logged

TEN_OFF = PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(10))
MANY = 1000


@pytest.fixture
def keeper(goods: Goods) -> User:
    return User.objects.create_superuser("keeper")


def previewed(goods: Goods, keeper: User, rule: PriceRule = TEN_OFF) -> tuple[int, int]:
    """A plan for all jams: its id and its revision."""
    plan_id = make_plan(product_ids=goods.ids, chosen="Jams", user_id=keeper.pk)
    return plan_id, preview_plan(plan_id=plan_id, rule=rule)


def lines(plan_id: int, state: str) -> list[PriceChangeLine]:
    return list(PriceChangeLine.objects.filter(plan_id=plan_id, state=state).order_by("product_id"))


def applied_twice_at_once(plan_id: int, revision: int, user_id: int) -> list[Any]:
    """What two requests at the same moment get: their answers, or what they raised."""
    barrier = Barrier(2)

    def press() -> Applied | Exception:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return apply_plan(plan_id=plan_id, revision=revision, user_id=user_id)
        except (PlanDecidedError, StalePreviewError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [done.result() for done in [pool.submit(press), pool.submit(press)]]


def test_a_preview_holds_every_old_and_new_price_and_changes_none(goods: Goods, keeper: User) -> None:
    before = dict(Price.objects.values_list("pk", "amount"))

    plan_id, _ = previewed(goods, keeper)

    seen = lines(plan_id, "changes")
    assert {line.product_id: line.old_amount for line in seen} == before
    assert {line.new_amount for line in seen} == {Decimal("4.05"), Decimal("2.88")}
    assert dict(Price.objects.values_list("pk", "amount")) == before


def test_what_can_t_be_changed_is_named_with_the_reason(goods: Goods, keeper: User) -> None:
    Price.objects.filter(pk=goods.ids[0]).delete()
    Price.objects.filter(pk=goods.ids[1]).update(amount=1, regular_amount=1)
    plan_id = make_plan(product_ids=goods.ids, chosen="Jams", user_id=keeper.pk)
    Product.objects.filter(pk=goods.ids[2]).delete()

    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_AMOUNT, value=Decimal(2)))

    refused = {line.sku: line.reason for line in lines(plan_id, "refused")}
    assert refused == {
        "JAM-000": "it has no price",
        "JAM-001": "1.00 lowered by 2 would be below nothing",
        "JAM-002": "the product is gone",
    }


def test_applying_writes_the_previewed_prices_and_their_history(goods: Goods, keeper: User) -> None:
    plan_id, revision = previewed(goods, keeper)

    assert apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk) == Applied(changed=30, skipped=0)

    assert set(Price.objects.values_list("amount", flat=True)) == {Decimal("4.05"), Decimal("2.88")}
    history = LogEntry.objects.filter(content_type__model="price", user=keeper)
    assert history.count() == 30
    assert history.get(object_id=goods.ids[1]).get_change_message() == (
        "Changed regular amount from “4.50” to “4.05” and amount from “4.50” to “4.05”."
    )


def test_two_presses_at_once_apply_once(goods: Goods, keeper: User) -> None:
    plan_id, revision = previewed(goods, keeper)

    answers = applied_twice_at_once(plan_id, revision, keeper.pk)

    assert [type(answer) for answer in answers].count(Applied) == 1
    (refused,) = (answer for answer in answers if isinstance(answer, PlanDecidedError))
    assert refused.plan.decided_by == keeper
    assert LogEntry.objects.filter(content_type__model="price").count() == 30
    assert len(lines(plan_id, "applied")) == 30


def test_the_control_without_the_condition_applies_twice(
    goods: Goods, keeper: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claim_anyway(*, plan_id: int, revision: int, user_id: int) -> None:
        PriceChangePlan.objects.filter(pk=plan_id).update(state="applied", decided_at=timezone.now())

    monkeypatch.setattr(price_apply, "_claim", claim_anyway)
    plan_id, revision = previewed(goods, keeper)

    answers = applied_twice_at_once(plan_id, revision, keeper.pk)

    assert [type(answer) for answer in answers] == [Applied, Applied]


def test_an_old_page_applies_nothing_over_a_later_correction(goods: Goods, keeper: User) -> None:
    plan_id, revision = previewed(goods, keeper)
    apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)
    change_price(product_id=goods.ids[1], amount=Decimal("4.50"), regular_amount=Decimal("4.50"))

    with pytest.raises(PlanDecidedError):
        apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)

    assert Price.objects.get(pk=goods.ids[1]).amount == Decimal("4.50")


def test_another_preview_than_the_one_on_the_screen_is_not_applied(goods: Goods, keeper: User) -> None:
    plan_id, seen = previewed(goods, keeper)
    preview_plan(plan_id=plan_id, rule=PriceRule(kind=Kind.LOWER_PERCENT, value=Decimal(50)))

    with pytest.raises(StalePreviewError):
        apply_plan(plan_id=plan_id, revision=seen, user_id=keeper.pk)

    assert PriceChangePlan.objects.get(pk=plan_id).state == "draft"


def test_a_plan_without_a_preview_is_not_applied(goods: Goods, keeper: User) -> None:
    plan_id = make_plan(product_ids=goods.ids, chosen="Jams", user_id=keeper.pk)

    with pytest.raises(StalePreviewError):
        apply_plan(plan_id=plan_id, revision=0, user_id=keeper.pk)


def test_a_price_that_moved_since_the_preview_is_skipped_and_named(goods: Goods, keeper: User) -> None:
    plan_id, revision = previewed(goods, keeper)
    change_price(product_id=goods.ids[1], amount=Decimal("4.00"))
    Price.objects.filter(pk=goods.ids[2]).delete()
    Price.objects.filter(pk=goods.ids[3]).update(sale_ends_at=timezone.now())

    assert apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk) == Applied(changed=27, skipped=3)

    assert Price.objects.get(pk=goods.ids[1]).amount == Decimal("4.00")
    assert {line.sku: line.reason for line in lines(plan_id, "moved")} == {
        "JAM-001": "it costs 4.00 EUR by now (regular 4.50)",
        "JAM-002": "it has no price any more",
        "JAM-003": "the end of its reduction has changed meanwhile",
    }


def test_the_whole_plan_is_refused_where_that_was_chosen(goods: Goods, keeper: User) -> None:
    plan_id, revision = previewed(goods, keeper)
    change_price(product_id=goods.ids[1], amount=Decimal("4.00"))

    with pytest.raises(PricesMovedError) as refused:
        apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk, whole_or_nothing=True)

    assert refused.value.skus == ["JAM-001"]
    assert PriceChangePlan.objects.get(pk=plan_id).state == "draft"
    assert not Price.objects.filter(amount=Decimal("4.05")).exists()


def test_a_discarded_plan_is_not_applied_and_an_applied_one_not_discarded(goods: Goods, keeper: User) -> None:
    put_away, first = previewed(goods, keeper)
    discard_plan(plan_id=put_away, user_id=keeper.pk)
    made, second = previewed(goods, keeper)
    apply_plan(plan_id=made, revision=second, user_id=keeper.pk)

    with pytest.raises(PlanDecidedError):
        apply_plan(plan_id=put_away, revision=first, user_id=keeper.pk)
    with pytest.raises(PlanDecidedError):
        discard_plan(plan_id=made, user_id=keeper.pk)
    with pytest.raises(PlanDecidedError):
        preview_plan(plan_id=made, rule=TEN_OFF)


def test_a_draft_of_yesterday_that_has_a_new_preview_is_kept(goods: Goods, keeper: User) -> None:
    plan_id, _ = previewed(goods, keeper)
    PriceChangePlan.objects.update(made_at=timezone.now() - timedelta(days=2))
    revision = preview_plan(plan_id=plan_id, rule=TEN_OFF)

    make_plan(product_ids=goods.ids, chosen="Jams", user_id=keeper.pk)

    assert apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk).changed == 30


def test_drafts_of_yesterday_are_pruned_and_applied_plans_kept(goods: Goods, keeper: User) -> None:
    draft, _ = previewed(goods, keeper)
    made, revision = previewed(goods, keeper)
    apply_plan(plan_id=made, revision=revision, user_id=keeper.pk)
    PriceChangePlan.objects.update(made_at=timezone.now() - timedelta(days=1, seconds=1))

    fresh, _ = previewed(goods, keeper)

    assert set(PriceChangePlan.objects.values_list("pk", flat=True)) == {made, fresh}
    assert not PriceChangeLine.objects.filter(plan_id=draft).exists()


@pytest.fixture
def many(goods: Goods) -> list[int]:
    """A thousand more products."""
    honey = Category.objects.create(name="Honey", slug="honey")
    products = Product.objects.bulk_create(
        Product(sku=f"H-{number:04}", slug="honey", name=f"Honey {number}", brand="Bees", category=honey)
        for number in range(MANY)
    )
    Price.objects.bulk_create(Price(product=product, regular_amount=10, amount=10) for product in products)
    return [product.pk for product in products]


def test_a_thousand_prices_reach_every_cache_by_a_log_of_few_rows(
    many: list[int], keeper: User, visitor: Client
) -> None:
    ends = (0, 1, MANY // 2, MANY - 1)
    for number in ends:
        assert shown_price(visitor, many[number]) == "10.00"
    plan_id = make_plan(product_ids=many, chosen="Honey", user_id=keeper.pk)
    revision = preview_plan(plan_id=plan_id, rule=TEN_OFF)

    with logged() as log:
        apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)

    assert [shown_price(visitor, many[number]) for number in ends] == ["9.00"] * len(ends)
    assert log.sizes("price") == [MANY]
    assert {row.entity for row in log.rows} == {"price"}


def test_more_than_a_thousand_prices_are_logged_by_a_thousand_a_row(
    many: list[int], goods: Goods, keeper: User
) -> None:
    plan_id = make_plan(product_ids=[*many, *goods.ids], chosen="All", user_id=keeper.pk)
    revision = preview_plan(plan_id=plan_id, rule=TEN_OFF)

    with logged() as log:
        apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)

    assert sorted(log.sizes("price")) == [30, 1000]


def test_a_price_that_is_to_stay_as_it_is_gets_no_new_version(goods: Goods, keeper: User) -> None:
    versions = dict(Price.objects.values_list("pk", "version"))
    plan_id, revision = previewed(goods, keeper, PriceRule(kind=Kind.END_SALE))

    applied = apply_plan(plan_id=plan_id, revision=revision, user_id=keeper.pk)

    assert applied.changed == 10
    written = {pk for pk, version in Price.objects.values_list("pk", "version") if version != versions[pk]}
    assert written == set(goods.ids[::3])


def shown_price(visitor: Client, product_id: int) -> Any:
    return visitor.get(f"/api/products/{product_id}").json()["price"]["amount"]


def test_writers_of_the_same_prices_do_not_wait_in_a_circle(goods: Goods, keeper: User) -> None:
    """Two plans over the same products, chosen in opposite orders, and single changes from the last to the first."""
    forth = make_plan(product_ids=goods.ids, chosen="forth", user_id=keeper.pk)
    back = make_plan(product_ids=goods.ids[::-1], chosen="back", user_id=keeper.pk)
    revisions = {plan: preview_plan(plan_id=plan, rule=TEN_OFF) for plan in (forth, back)}
    answers: list[Applied] = []

    def apply(plan: int) -> None:
        answers.append(apply_plan(plan_id=plan, revision=revisions[plan], user_id=keeper.pk))

    def one_by_one() -> None:
        for product_id in goods.ids[::-1]:
            change_price(product_id=product_id, amount=Decimal("1.00"))

    together(one_by_one, partial(apply, forth), partial(apply, back))

    assert [answer.changed + answer.skipped for answer in answers] == [len(goods.ids)] * 2
