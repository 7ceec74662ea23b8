"""Writing a review on a product's page."""

from django.test import Client

from catalog.models import Review
from tests.goods import Goods
from tests.integration.outline import Outline


def test_a_review_is_posted_without_javascript_and_shown_at_once(goods: Goods) -> None:
    browser = Client(enforce_csrf_checks=True)
    address = f"/p/plum-jam-0-{goods.id}/"
    form = Outline(browser.get(address).content.decode())
    token = next(field["value"] for field in form.all("input") if field.get("name") == "csrfmiddlewaretoken")
    review = {"author": "Dora", "rating": "5", "title": "Lovely", "body": "", "csrfmiddlewaretoken": token}

    posted = browser.post(address, review)

    assert posted.status_code == 303
    assert "sessionid" not in posted.cookies
    text = browser.get(posted["Location"].replace("?", f"{address}?")).content.decode()
    assert "Thank you" in text
    assert "Dora" in text


def test_a_review_without_its_token_is_refused_in_words(goods: Goods, plain_static: None) -> None:
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(f"/p/plum-jam-0-{goods.id}/", {"author": "Eve"})

    assert response.status_code == 403
    assert b"This form has expired" in response.content
    assert b"copy your text" in response.content
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_a_wrong_review_comes_back_with_what_was_typed(visitor: Client, goods: Goods) -> None:
    response = visitor.post(
        f"/p/plum-jam-0-{goods.id}/", {"author": "Finn <b>", "rating": "9", "title": "T", "body": "\x07 bell"}
    )

    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="Finn &lt;b&gt;"' in text
    assert "<b>" not in text
    assert 'role="alert"' in text
    assert Review.objects.filter(title="T").count() == 0


def test_control_characters_in_a_review_are_explained(visitor: Client, goods: Goods) -> None:
    review = {"author": "Finn", "rating": "4", "title": "T", "body": "\x07 bell"}

    response = visitor.post(f"/p/plum-jam-0-{goods.id}/", review)

    assert response.status_code == 422
    assert b"stored" in response.content
