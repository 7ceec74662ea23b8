"""Pictures follow from their addresses, and every address that a page can write has one."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.seeding.groceries import read_groceries
from shop.storefront.pictures.dice import Dice
from shop.storefront.pictures.palettes import PALETTES, palette_number
from shop.storefront.pictures.picture import SEEDS, VIEWS, NoSuchPictureError, Picture
from shop.storefront.pictures.shape_of import PACKAGES, SHELVES, shape_of_category, shape_of_product
from shop.storefront.pictures.shapes import SHAPES

PICTURES = st.builds(
    Picture,
    shape=st.sampled_from(sorted(SHAPES)),
    palette=st.integers(0, len(PALETTES) - 1),
    seed=st.integers(0, SEEDS - 1),
    mark=st.from_regex(r"[a-z]{1,2}", fullmatch=True),
    view=st.sampled_from(VIEWS),
)


@given(PICTURES)
def test_a_picture_is_found_again_by_its_name_and_drawn_the_same(picture: Picture) -> None:
    again = Picture.named(picture.name)

    assert again == picture
    assert again.svg() == picture.svg()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_shape_is_well_formed_small_and_loads_nothing(shape: str, view: str) -> None:
    text = Picture(shape=shape, palette=3, seed=7, mark="hf", view=view).svg()
    drawing = ET.fromstring(text)  # noqa: S314  our own drawing

    assert drawing.attrib["viewBox"] == "0 0 240 240"
    assert len(text) < 7000
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in text
    assert {use.get("href") for use in drawing.iter("{http://www.w3.org/2000/svg}use")} == {"#o"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "apple",
        "apple-01-001-hf",
        "apple-01-001-hf-back",
        "ufo-01-001-hf-front",
        "apple-24-001-hf-front",
        "apple-1-001-hf-front",
        "apple-01-1000-hf-front",
        "apple-01-001-HF-front",
        "apple-01-001-h<-front",
        "apple-01-001-hfx-front",
        "apple-01-001-hf-front-front",
        "apple-0\N{SUPERSCRIPT TWO}-001-hf-front",
        "apple-01-00\N{ARABIC-INDIC DIGIT ONE}-hf-front",
        "apple-01-001-hf-front\n",
    ],
)
def test_a_name_out_of_range_has_no_picture(name: str) -> None:
    with pytest.raises(NoSuchPictureError):
        Picture.named(name)


def test_products_of_a_brand_share_its_colours_and_differ_in_themselves() -> None:
    jams = {Picture(shape="jam", palette=5, seed=seed, mark="fr").svg() for seed in range(40)}

    assert len(jams) > 20
    assert palette_number("Hollowfield") == 23  # in every process
    assert len({palette_number(f"Brand {number}") for number in range(300)}) == len(PALETTES)


def test_a_throw_depends_on_the_seed_and_its_name_alone() -> None:
    first, second = Dice("a"), Dice("a")
    second.throw("something else", 6)

    assert first.throw("label", 1000) == second.throw("label", 1000)
    assert first.throw("label", 1000) != first.throw("pattern", 1000)


def test_every_shelf_and_every_word_leads_to_a_shape() -> None:
    told = {pair.split(":")[-1] for line in SHELVES.values() for pair in line.split()}

    assert told <= set(SHAPES)
    assert set(PACKAGES) <= set(SHAPES)


def test_every_word_of_a_shelf_is_in_the_name_of_something_it_sells() -> None:
    names = {
        shelf.name: " ".join(item.called(kind).lower() for item in shelf.items for kind in item.kinds)
        for department in read_groceries()
        for shelf in department.shelves
    }
    sold = {"-".join(name.lower().replace("&", "").replace(",", "").split()): text for name, text in names.items()}

    assert len(sold) > 40
    for slug, text in sold.items():
        for pair in SHELVES[slug].split()[1:]:
            assert pair.split(":")[0] in text.replace("-", " ").split(), (slug, pair)


@pytest.mark.parametrize(
    ("name", "slug", "shape"),
    [
        ("Hollowfield Organic Conference Pears, 4 pack", "apples-pears", "pear"),
        ("Hollowfield Gala Apples, 1 kg", "apples-pears", "apple"),
        ("Dapplemead Double Cream, 300 ml", "milk-cream", "tub"),
        ("Cream Cheese, 200 g", "soft-blue-cheese", "tub"),
        ("Pear Drops", "chocolate-sweets", "chocolate"),
    ],
)
def test_the_name_of_a_product_decides_within_its_shelf(name: str, slug: str, shape: str) -> None:
    assert shape_of_product(name=name, category_slug=slug) == shape


def test_a_shelf_that_nobody_has_drawn_for_gets_a_package_always_the_same() -> None:
    shapes = {slug: shape_of_category(slug) for slug in ("pets", "toys", "garden", "books", "gifts", "")}

    assert set(shapes.values()) <= set(PACKAGES)
    assert len(set(shapes.values())) > 1
    assert shape_of_product(name="Apples", category_slug="pets") == shapes["pets"]
