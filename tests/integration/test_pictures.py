"""GET /pictures/: headers, and that a picture costs nobody a look-up."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.lists import get_cards
from catalog.queries import get_category_tree
from shop.caching.ground import Ground
from shop.caching.registry import REGISTRY
from shop.storefront.pictures.picture_of import picture_of_category, picture_of_product
from shop.storefront.pictures.view import picture_address
from tests.goods import Goods

JAM = "/pictures/2/jam-03-017-or-front.svg"


def test_a_picture_may_be_kept_for_a_year(client: Client) -> None:
    response = client.get(JAM)

    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["ETag"]
    assert not response.cookies
    assert response.content.startswith(b"<svg")


def test_who_has_the_picture_is_not_sent_it_again(client: Client) -> None:
    tag = client.get(JAM)["ETag"]

    same = client.get(JAM, headers={"if-none-match": tag})
    other = client.get(JAM.replace("017", "018"), headers={"if-none-match": tag})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert same["Cache-Control"] == "public, max-age=31536000, immutable"
    assert other.status_code == 200


def test_a_compressed_picture_keeps_its_tag_good_for_asking_again(client: Client) -> None:
    packed = client.get(JAM, headers={"accept-encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    same = client.get(JAM, headers={"if-none-match": packed["ETag"]})
    assert same.status_code == 304
    assert "Accept-Encoding" in same["Vary"]


def test_a_picture_asks_neither_the_database_nor_the_cache(own_caches: None, client: Client) -> None:
    REGISTRY.wire(_no_ground)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(JAM)

    assert response.status_code == 200
    assert len(queries) == 0
    assert "Cache-Status" not in response


def _no_ground() -> Ground:
    raise AssertionError("a picture asked the cache")


@pytest.mark.parametrize(
    "address",
    [
        "/pictures/2/ufo-03-017-or-front.svg",
        "/pictures/2/jam-99-017-or-front.svg",
        "/pictures/1/jam-03-017-or-front.svg",
        "/pictures/99999999999999999999/jam-03-017-or-front.svg",
        "/pictures/2/jam-03-017-or-front.png",
        "/pictures/2/%3Cscript%3E.svg",
    ],
)
def test_what_is_out_of_range_is_not_found(client: Client, plain_static: None, address: str) -> None:
    assert client.get(address).status_code == 404


def test_every_picture_of_a_page_can_be_fetched(visitor: Client, goods: Goods) -> None:
    tree = get_category_tree()
    ((card,),) = get_cards(lists=[goods.ids[:1]], tree=tree)
    addresses = [picture_address(picture_of_product(card.product, card.category, view="shelf"))]
    addresses += [picture_address(picture_of_category(category)) for category in tree.categories]

    for address in addresses:
        assert visitor.get(address).status_code == 200


def test_the_cards_of_a_list_show_pictures_that_no_query_was_needed_for(visitor: Client, goods: Goods) -> None:
    visitor.get("/c/jams/")
    with CaptureQueriesContext(connection) as queries:
        text = visitor.get("/c/jams/").content.decode()

    assert text.count('<img class="picture" src="/pictures/2/') >= 24
    assert len(queries) <= 3
