"""What every shape is drawn with: filled outlines with light from the left, glass, labels.

Everything is drawn in a square of 240 by 240, standing on the line y = 204; the light falls from the upper left.
"""

from dataclasses import dataclass
from typing import Final

from shop.storefront.pictures.dice import Dice
from shop.storefront.pictures.palettes import Palette

GROUND: Final = 204
# Referred to by the outlines; `picture.py` puts them into each drawing.
SHADES: Final = (
    '<linearGradient id="s"><stop offset="0" stop-color="#fff" stop-opacity=".05"/>'
    '<stop offset=".2" stop-color="#fff" stop-opacity=".34"/><stop offset=".36" stop-color="#fff" stop-opacity="0"/>'
    '<stop offset=".62" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".26"/>'
    '</linearGradient><radialGradient id="b" cx=".34" cy=".3" r=".8">'
    '<stop offset="0" stop-color="#fff" stop-opacity=".5"/><stop offset=".4" stop-color="#fff" stop-opacity="0"/>'
    '<stop offset=".62" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".3"/>'
    "</radialGradient>"
)


@dataclass(frozen=True, slots=True)
class Paint:
    """What a shape is painted with: the brand's colours and letters, the colour of what is inside, and its dice."""

    palette: Palette
    mark: str
    tone: str
    dice: Dice


def path(outline: str, fill: str, extra: str = "") -> str:
    return f'<path d="{outline}" fill="{fill}"{extra and " " + extra}/>'


def line(outline: str, colour: str, width: float, extra: str = "") -> str:
    return (
        f'<path d="{outline}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        f' stroke-linejoin="round"{extra and " " + extra}/>'
    )


def solid(outline: str, fill: str) -> str:
    """Something upright and round, such as a bottle."""
    return path(outline, fill) + path(outline, "url(#s)")


def ball(outline: str, fill: str) -> str:
    """Something round on all sides, such as an apple."""
    return path(outline, fill) + path(outline, "url(#b)")


def rect(x: float, y: float, width: float, height: float, fill: str, round_: float = 0) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{round_}" fill="{fill}"/>'


def block(x: float, y: float, width: float, height: float, fill: str, round_: float = 0) -> str:
    """An upright round thing with straight sides."""
    return rect(x, y, width, height, fill, round_) + rect(x, y, width, height, "url(#s)", round_)


def oval(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}"{extra and " " + extra}/>'


def orb(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    """An oval that is round on all sides."""
    return oval(x, y, rx, ry, fill, extra) + oval(x, y, rx, ry, "url(#b)", extra)


def leaf(x: float, y: float, size: float, turn: float, fill: str = "#5f9a4a") -> str:
    outline = "M0 0C.3-.5 .9-.5 1.2 0C.9 .35 .3 .35 0 0Z"
    return f'<path d="{outline}" fill="{fill}" transform="translate({x} {y}) rotate({turn}) scale({size})"/>'


def placed(drawing: str, x: float, y: float, *, turn: float = 0, scale: float = 1) -> str:
    """A drawing that was made around (0, 0), moved to (x, y)."""
    move = f"translate({x} {y})" + (f" rotate({turn})" if turn else "") + (f" scale({scale})" if scale != 1 else "")
    return f'<g transform="{move}">{drawing}</g>'
