"""The picture of a product and of a category. Nothing is looked up: what a card knows anyway is enough."""

from zlib import crc32

from catalog.snapshots import CategorySnapshot, ProductSnapshot
from shop.storefront.pictures.palettes import PALETTES, palette_number
from shop.storefront.pictures.picture import SEEDS, Picture
from shop.storefront.pictures.shape_of import shape_of_category, shape_of_product

# For names without a letter that the address can hold.
MARK_OF_THE_HOUSE = "l"


def picture_of_product(product: ProductSnapshot, category: CategorySnapshot | None, *, view: str = "front") -> Picture:
    return Picture(
        shape=shape_of_product(name=product.name, category_slug=category.slug if category else ""),
        palette=palette_number(product.brand),
        seed=product.id % SEEDS,
        mark=_mark(product.brand),
        view=view,
    )


def picture_of_category(category: CategorySnapshot, *, view: str = "front") -> Picture:
    # By position, neighbours on a page differ in colour.
    return Picture(
        shape=shape_of_category(category.slug),
        palette=(category.position * 5 + category.id) % len(PALETTES),
        seed=crc32(category.slug.encode()) % SEEDS,
        mark=_mark(category.name),
        view=view,
    )


def _mark(name: str) -> str:
    """The first letters of a name's first two words: "oo" for Old Oven Lane."""
    starts = [word[0] for word in name.lower().split() if "a" <= word[0] <= "z"]
    return "".join(starts[:2]) or MARK_OF_THE_HOUSE
