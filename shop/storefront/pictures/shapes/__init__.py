"""Every shape that can be drawn, by the name that stands in addresses.

A shape is a drawing and the tones it comes in: the colours of what is inside or under the skin, which no brand chooses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shop.storefront.pictures.shapes import (
    bakery,
    boxes_and_bags,
    dairy,
    fish_and_meat,
    fruit,
    glass_and_tins,
    vegetables,
)
from shop.storefront.pictures.strokes import Paint


@dataclass(frozen=True, slots=True)
class Shape:
    draw: Callable[[Paint], str]
    tones: tuple[str, ...]


def _shape(draw: Callable[[Paint], str], *tones: str) -> Shape:
    return Shape(draw, tones)


SHAPES: Final[dict[str, Shape]] = {
    "apple": _shape(fruit.apple, "#c8402f", "#b5302c", "#8fae3a", "#d0612f"),
    "pear": _shape(fruit.pear, "#b9b542", "#c9a545", "#9aa83d"),
    "orange": _shape(fruit.citrus, "#e88a1f", "#e27a1a", "#ef9a2e"),
    "lemon": _shape(fruit.citrus, "#efc83a", "#e6bd2b"),
    "banana": _shape(fruit.banana, "#f2cb45"),
    "mango": _shape(fruit.mango, "#d9733a", "#c9a13b"),
    "pineapple": _shape(fruit.pineapple, "#e0a32e"),
    "strawberry": _shape(fruit.strawberries, "#d2323a", "#c22733"),
    "berries": _shape(fruit.berries, "#4a5a9c", "#b52a4a", "#6a3f7d"),
    "cherry": _shape(fruit.cherries, "#9c1f33", "#b52838"),
    "plum": _shape(fruit.stone_fruit, "#7a3b6b", "#8a3550"),
    "peach": _shape(fruit.stone_fruit, "#ec9a63", "#e88f6a"),
    "potato": _shape(vegetables.potatoes, "#c99b5c", "#d6b06e", "#b5724f"),
    "carrot": _shape(vegetables.roots, "#e8822c"),
    "parsnip": _shape(vegetables.roots, "#eddcae"),
    "beetroot": _shape(vegetables.bulbs, "#8a2a4d"),
    "onion": _shape(vegetables.bulbs, "#c98436", "#9c3f5c"),
    "garlic": _shape(vegetables.bulbs, "#efe6d8"),
    "lettuce": _shape(vegetables.lettuce, "#85bb5a", "#94c466"),
    "tomato": _shape(vegetables.tomatoes, "#d13a2a", "#c73028"),
    "cucumber": _shape(vegetables.cucumber, "#4f8a3f"),
    "herbs": _shape(vegetables.herbs, "#5b9a48"),
    "broccoli": _shape(vegetables.broccoli, "#4f8a47"),
    "cauliflower": _shape(vegetables.broccoli, "#f0e8d2"),
    "squash": _shape(vegetables.squash, "#e08a2b", "#d9772b"),
    "mushroom": _shape(vegetables.mushrooms, "#c9a57c", "#e6d6bd"),
    "loaf": _shape(bakery.loaf, "#b9743a", "#a9652f"),
    "tin-loaf": _shape(bakery.tin_loaf, "#b06a33", "#c07c3c"),
    "baguette": _shape(bakery.baguette, "#c8883f"),
    "rolls": _shape(bakery.rolls, "#c98a45", "#d59a52"),
    "flatbread": _shape(bakery.flatbreads, "#e6c38c"),
    "croissant": _shape(bakery.croissant, "#d0883a"),
    "cake": _shape(bakery.cake, "#b9743a", "#7a4a2e", "#dca95c"),
    "biscuits": _shape(bakery.biscuits, "#d9a55a", "#c98c46"),
    "cheese": _shape(dairy.wedge, "#f0bd4b", "#edcb74", "#e8a93b"),
    "soft-cheese": _shape(dairy.soft_wheel, "#f7e7b6", "#f5ecd0"),
    "tub": _shape(dairy.tub, "#fbfaf6"),
    "butter": _shape(dairy.butter, "#f6d877"),
    "eggs": _shape(dairy.eggs, "#e3b48c", "#f0ddc6"),
    "ice-cream": _shape(dairy.ice_cream, "#e8a0a8", "#8a5a3c", "#b9d39a"),
    "fish": _shape(fish_and_meat.fish, "#8fa9b8", "#7c99a9"),
    "fillet": _shape(fish_and_meat.fillet, "#f0957a", "#e88a6e"),
    "steak": _shape(fish_and_meat.steak, "#b5423f", "#c05550"),
    "sausages": _shape(fish_and_meat.sausages, "#b06248", "#a3553a"),
    "poultry": _shape(fish_and_meat.poultry, "#e0a866", "#d9995a"),
    "prawns": _shape(fish_and_meat.shellfish, "#ef8f73"),
    "ready-meal": _shape(fish_and_meat.ready_meal, "#e9b04c", "#d9853f"),
    "tofu": _shape(fish_and_meat.block_of_tofu, "#f3ead0", "#e3cfa0"),
    "oil": _shape(glass_and_tins.bottle, "#a8a036", "#c9a22e"),
    "vinegar": _shape(glass_and_tins.bottle, "#6b2f2a", "#9c5a33"),
    "water": _shape(glass_and_tins.bottle, "#a9d3e3", "#b9dbe0"),
    "soft-drink": _shape(glass_and_tins.bottle, "#e3b53f", "#a8563a", "#d9cf7a"),
    "beer": _shape(glass_and_tins.bottle, "#7a4a22", "#5f7a3c"),
    "juice": _shape(glass_and_tins.wide_bottle, "#f0a52f", "#d9582f", "#8a3a5c"),
    "milk": _shape(glass_and_tins.wide_bottle, "#f6f4ec"),
    "soap": _shape(glass_and_tins.pump, "#f1ede2", "#dfe9dd", "#f0dccf"),
    "spray": _shape(glass_and_tins.spray, "#cfe6ea", "#dcebd0", "#f2e6b8"),
    "jam": _shape(glass_and_tins.jar, "#a3243b", "#c8552e", "#6b2a55"),
    "honey": _shape(glass_and_tins.jar, "#dd9a25", "#c97f1a"),
    "nut-butter": _shape(glass_and_tins.jar, "#b5793f", "#7a4526"),
    "sauce": _shape(glass_and_tins.jar, "#b93a26", "#6f8a3a", "#d0922e"),
    "spice": _shape(glass_and_tins.jar, "#8a3a22", "#c98a1f", "#4a3a30", "#b5532a"),
    "tin": _shape(glass_and_tins.tin, "#c9ced3"),
    "flat-tin": _shape(glass_and_tins.flat_tin, "#c9ced3"),
    "tube": _shape(glass_and_tins.tube, "#ffffff"),
    "carton": _shape(boxes_and_bags.carton, "#bcd7e6", "#f0dca6", "#c9deb5"),
    "box": _shape(boxes_and_bags.box, "#d9a04c", "#c98a3f"),
    "frozen": _shape(boxes_and_bags.box, "#6fae4a", "#e3b53f", "#8a3a5c"),
    "pasta": _shape(boxes_and_bags.pouch, "#ecc873"),
    "pouch": _shape(boxes_and_bags.pouch, "#b5793f", "#d9b57a", "#8a5a33"),
    "coffee": _shape(boxes_and_bags.pouch, "#5a3622", "#6b4429"),
    "crisps": _shape(boxes_and_bags.crisps, "#f0bd4b", "#e8b04a"),
    "sack": _shape(boxes_and_bags.sack, "#f3ead8"),
    "chocolate": _shape(boxes_and_bags.bar, "#5a3220", "#7a4a2e"),
    "sweets": _shape(boxes_and_bags.sweets, "#c8453b", "#4a2a3a"),
    "canister": _shape(boxes_and_bags.canister, "#6b4429"),
    "paper-rolls": _shape(boxes_and_bags.paper_rolls, "#f7f4ee"),
}
