"""Whatever the catalog may hold, its snapshots come back from the cache exactly as they were."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from catalog.snapshots import (
    AttributeSpec,
    CategorySnapshot,
    CategoryTreeSnapshot,
    PriceSnapshot,
    ProductSnapshot,
    RelatedProductsSnapshot,
    ReviewSnapshot,
    ReviewSummarySnapshot,
)
from shop.caching.serializer import Serializer

ids = st.integers(1, 2**63 - 1)
texts = st.text(max_size=12)
moments = st.datetimes(timezones=st.just(UTC), allow_imaginary=False).map(lambda moment: moment.replace(fold=0))
amounts = st.decimals(min_value=0, max_value=10**10, places=2)
attribute_values = st.one_of(
    texts, st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)
)


def tuples_of(parts: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(parts, max_size=3).map(tuple)


reviews = st.builds(
    ReviewSnapshot, id=ids, author=texts, rating=st.integers(1, 5), title=texts, body=texts, created_at=moments
)
specs = st.builds(AttributeSpec, key=texts, label=texts, kind=texts, unit=texts, choices=tuples_of(texts))
categories = st.builds(
    CategorySnapshot,
    id=ids,
    parent_id=st.none() | ids,
    name=texts,
    slug=texts,
    description=texts,
    position=st.integers(0, 9),
    attribute_schema=tuples_of(specs),
)
snapshots = st.one_of(
    st.builds(
        ProductSnapshot,
        id=ids,
        sku=texts,
        slug=texts,
        name=texts,
        brand=texts,
        category_id=ids,
        description=texts,
        attributes=tuples_of(st.tuples(texts, attribute_values)),
        is_published=st.booleans(),
        created_at=moments,
        updated_at=moments,
    ),
    st.builds(
        PriceSnapshot,
        product_id=ids,
        currency=texts,
        amount=amounts,
        regular_amount=amounts,
        sale_ends_at=st.none() | moments,
    ),
    st.builds(ReviewSummarySnapshot, product_id=ids, count=ids, rating_sum=ids, latest=tuples_of(reviews)),
    st.builds(RelatedProductsSnapshot, product_id=ids, product_ids=tuples_of(ids), run=ids),
    st.builds(CategoryTreeSnapshot, categories=tuples_of(categories)),
)


@given(snapshot=snapshots)
def test_a_snapshot_of_the_catalog_comes_back_as_it_was(snapshot: object) -> None:
    serializer: Serializer[object] = Serializer(type(snapshot))

    restored = serializer.loads(serializer.dumps(snapshot))

    assert restored == snapshot
    assert repr(restored) == repr(snapshot)
