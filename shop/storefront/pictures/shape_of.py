"""Which shape stands for a product: its shelf knows a few words of its name, and what it mostly holds."""

import re
from typing import Final
from zlib import crc32

# A category's usual shape, then the words of a name that mean another one.
SHELVES: Final[dict[str, str]] = {
    "fruit-vegetables": "apple",
    "apples-pears": "apple pears:pear quinces:pear",
    "citrus-tropical-fruit": "orange lemons:lemon bananas:banana mango:mango pineapple:pineapple",
    "berries-stone-fruit": "berries strawberries:strawberry cherries:cherry plums:plum peaches:peach",
    "potatoes-roots": "potato carrots:carrot parsnips:parsnip beetroot:beetroot onions:onion garlic:garlic",
    "salad-greens": "lettuce tomatoes:tomato cucumber:cucumber basil:herbs coriander:herbs",
    "cabbages-squash-mushrooms": "broccoli cauliflower:cauliflower cabbage:lettuce squash:squash"
    " mushrooms:mushroom courgettes:cucumber",
    "bread-bakery": "loaf",
    "loaves": "loaf tin:tin-loaf bread:tin-loaf baguette:baguette",
    "rolls-flatbreads": "rolls pitta:flatbread naan:flatbread wraps:flatbread",
    "cakes-pastries": "croissant cake:cake brownies:cake buns:rolls scones:rolls",
    "dairy-eggs": "carton",
    "milk-cream": "carton cream:tub buttermilk:milk",
    "yoghurt-desserts": "tub kefir:milk",
    "butter-eggs": "butter eggs:eggs ghee:honey",
    "cheese": "cheese",
    "hard-cheese": "cheese",
    "soft-blue-cheese": "soft-cheese cream:tub mozzarella:tub",
    "fish-meat-vegetarian": "fish",
    "fresh-fish-seafood": "fillet mackerel:fish trout:fish prawns:prawns mussels:prawns",
    "smoked-tinned-fish": "flat-tin salmon:fillet mackerel:fish tuna:tin",
    "beef-pork-lamb": "steak sausages:sausages bacon:sausages",
    "poultry-cold-cuts": "poultry ham:steak salami:sausages",
    "tofu-tempeh-meat-free": "tofu burgers:steak sausages:sausages falafel:ready-meal",
    "pantry": "tin",
    "pasta-noodles": "pasta",
    "rice-grains-pulses": "pouch chickpeas:tin beans:tin rice:sack",
    "oils-vinegars": "oil vinegar:vinegar",
    "spices-salt": "spice salt:canister",
    "tins-sauces": "tin sauce:sauce pesto:sauce mustard:sauce ketchup:sauce",
    "baking": "sack chocolate:chocolate almonds:pouch extract:vinegar",
    "breakfast": "jam",
    "cereals-porridge": "box granola:pouch muesli:pouch oats:sack",
    "jam-honey-spreads": "jam honey:honey peanut:nut-butter hazelnut:nut-butter almond:nut-butter",
    "snacks-sweets": "crisps",
    "crisps-crackers": "crisps oatcakes:biscuits crispbread:box",
    "nuts-dried-fruit": "pouch",
    "biscuits": "biscuits",
    "chocolate-sweets": "chocolate truffles:sweets fudge:sweets liquorice:sweets gums:sweets",
    "drinks": "juice",
    "water": "water",
    "juice-smoothies": "juice apple:carton orange:carton",
    "soft-drinks-cordials": "soft-drink",
    "alcohol-free-beer-aperitifs": "beer aperitif:soft-drink",
    "coffee-tea": "coffee",
    "coffee": "coffee capsules:box instant:nut-butter",
    "tea": "canister green:box herbal:box",
    "cocoa-malt-drinks": "canister",
    "frozen": "ice-cream",
    "frozen-vegetables-fruit": "frozen",
    "pizza-ready-meals": "ready-meal dumplings:frozen fishcakes:frozen",
    "ice-cream": "ice-cream lollies:frozen cones:box",
    "household": "spray",
    "cleaning": "spray liquid:soap tablets:box",
    "laundry": "milk powder:box remover:spray",
    "paper-kitchen": "paper-rolls bags:box parchment:box napkins:box",
    "soap-care": "soap toothpaste:tube",
}
# A shelf that nobody has drawn for holds packages of one of these kinds.
PACKAGES: Final = ("box", "jam", "tin", "pouch", "canister", "carton")
_WORD: Final = re.compile(r"[a-z]+")


def shape_of_category(slug: str) -> str:
    """What a category mostly holds."""
    return _usual(slug) or PACKAGES[crc32(slug.encode()) % len(PACKAGES)]


def shape_of_product(*, name: str, category_slug: str) -> str:
    """The shape of a product of this name on this shelf. The last telling word counts: "Cream Cheese, 200 g"."""
    words = dict(pair.split(":") for pair in SHELVES.get(category_slug, "").split()[1:])
    told = [words[word] for word in _WORD.findall(name.lower()) if word in words]
    return told[-1] if told else shape_of_category(category_slug)


def _usual(slug: str) -> str | None:
    return SHELVES[slug].split()[0] if slug in SHELVES else None
