"""The colours that brands print on their packages: 24 palettes that go with each other and with the pages."""

from dataclasses import dataclass
from typing import Final
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as SVG takes them. `ground` and `halo` are behind the product, on light pages and on dark ones."""

    body: str
    deep: str
    accent: str
    paper: str
    ground: str
    halo: str
    dark_ground: str
    dark_halo: str


def _palette(hue: int, saturation: int, lightness: int, accent: int) -> Palette:
    # Greens and cyans glare at a saturation that suits orange.
    vivid = 44 if 60 < accent < 210 else 72
    return Palette(
        body=f"hsl({hue} {saturation}% {lightness}%)",
        deep=f"hsl({hue} {saturation}% {max(16, lightness - 18)}%)",
        accent=f"hsl({accent} {vivid}% 56%)",
        paper=f"hsl({accent} 60% 95%)",
        ground=f"hsl({accent} {vivid - 32}% 92%)",
        halo=f"hsl({accent} {vivid - 18}% 84%)",
        dark_ground=f"hsl({accent} 16% 19%)",
        dark_halo=f"hsl({accent} 20% 27%)",
    )


# Hue, saturation and lightness of the package, and the hue of its second colour.
PALETTES: Final = tuple(
    _palette(*parts)
    for parts in (
        (152, 42, 34, 42),
        (14, 62, 48, 40),
        (208, 48, 40, 28),
        (350, 52, 42, 32),
        (42, 78, 52, 18),
        (268, 30, 42, 48),
        (176, 44, 34, 24),
        (28, 66, 46, 50),
        (222, 42, 36, 44),
        (96, 36, 38, 36),
        (332, 42, 44, 26),
        (190, 50, 36, 14),
        (6, 58, 44, 200),
        (48, 70, 48, 152),
        (164, 36, 42, 350),
        (286, 26, 40, 38),
        (200, 40, 50, 46),
        (20, 44, 34, 88),
        (80, 42, 36, 20),
        (244, 30, 46, 30),
        (34, 56, 40, 176),
        (130, 30, 36, 12),
        (358, 48, 52, 46),
        (214, 24, 32, 36),
    )
)


def palette_number(name: str) -> int:
    """A brand's palette, the same on every machine and in every process."""
    return crc32(name.encode()) % len(PALETTES)
