"""A picture: what its address says, and the drawing that follows from it."""

import re
from dataclasses import dataclass
from typing import Final

from shop.storefront.pictures.dice import Dice
from shop.storefront.pictures.palettes import PALETTES, Palette
from shop.storefront.pictures.shapes import SHAPES
from shop.storefront.pictures.strokes import SHADES, Paint, oval, rect

# Stands in every address: raise it when a drawing changes, and browsers ask for the new ones.
EDITION: Final = 2
SEEDS: Final = 1000
VIEWS: Final = ("front", "label", "pair", "shelf")
NAME: Final = re.compile(r"([a-z-]{1,20})-([0-9]{2})-([0-9]{3})-([a-z]{1,2})-([a-z]{1,8})")


class NoSuchPictureError(LookupError):
    """A name that no picture has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`palette` numbers one of PALETTES; `seed` is below SEEDS; `mark` is the one or two letters on the label."""

    shape: str
    palette: int
    seed: int
    mark: str
    view: str = "front"

    @property
    def name(self) -> str:
        return f"{self.shape}-{self.palette:02}-{self.seed:03}-{self.mark}-{self.view}"

    @classmethod
    def named(cls, name: str) -> "Picture":
        """Raises NoSuchPictureError."""
        found = NAME.fullmatch(name)
        if found is None:
            raise NoSuchPictureError(name)
        shape, palette, seed, mark, view = found.groups()
        if shape not in SHAPES or int(palette) >= len(PALETTES) or view not in VIEWS:
            raise NoSuchPictureError(name)
        return cls(shape=shape, palette=int(palette), seed=int(seed), mark=mark, view=view)

    def svg(self) -> str:
        """The drawing, in a square. It follows from the five fields and nothing else."""
        shape, palette = SHAPES[self.shape], PALETTES[self.palette]
        dice = Dice(f"{self.shape}:{self.seed}")
        paint = Paint(palette=palette, mark=self.mark.title(), tone=dice.pick("tone", shape.tones), dice=dice)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="600" height="600">'
            f'{_style(palette)}<defs>{SHADES}<g id="o">{shape.draw(paint)}</g></defs>'
            f'<rect class="g" width="240" height="240"/>{_SCENES[self.view](palette, dice)}</svg>'
        )


def _style(palette: Palette) -> str:
    return (
        f"<style>.g{{fill:{palette.ground}}}.h{{fill:{palette.halo}}}.w{{fill:#c69c6d}}@media(prefers-color-scheme:dark)"
        f"{{.g{{fill:{palette.dark_ground}}}.h{{fill:{palette.dark_halo}}}.w{{fill:#7d5f40}}}}</style>"
    )


def _halo(dice: Dice) -> str:
    x, y = dice.between("halo x", 96, 144), dice.between("halo y", 92, 124)
    return f'<circle class="h" cx="{x}" cy="{y}" r="{dice.between("halo r", 82, 100)}"/>'


def _thing(x: float, y: float, scale: float, extra: str = "") -> str:
    """The product with its foot at (x, y)."""
    move = f"translate({x - 120 * scale:.1f} {y - 204 * scale:.1f}) scale({scale})"
    return f'<use href="#o" transform="{move}"{extra and " " + extra}/>'


def _shadow(x: float, y: float, rx: float) -> str:
    return oval(x, y, rx, rx * 0.11, "#000", 'opacity=".16"')


def _front(palette: Palette, dice: Dice) -> str:
    return _halo(dice) + _shadow(124, 203, 82) + _thing(120, 204, 0.94)


def _label(palette: Palette, dice: Dice) -> str:
    return '<circle class="h" cx="150" cy="90" r="140"/>' + _thing(120, 236, 1.62)


def _pair(palette: Palette, dice: Dice) -> str:
    return _halo(dice) + _shadow(124, 203, 96) + _thing(156, 188, 0.66) + _thing(94, 206, 0.76)


def _shelf(palette: Palette, dice: Dice) -> str:
    return (
        '<rect class="h" y="24" width="240" height="150"/><rect class="w" y="12" width="240" height="12"/>'
        + rect(0, 24, 240, 9, "#0000001f")
        + _thing(16, 176, 0.6)
        + _thing(224, 176, 0.6)
        + _thing(120, 176, 0.64)
        + '<rect class="w" y="174" width="240" height="20"/>'
        + rect(0, 194, 240, 12, "#0000002b")
        + rect(92, 178, 56, 24, "#fffdf7", 3)
        + rect(100, 185, 40, 4, palette.deep, 2)
        + rect(100, 192, 26, 4, palette.accent, 2)
    )


_SCENES: Final = {"front": _front, "label": _label, "pair": _pair, "shelf": _shelf}
