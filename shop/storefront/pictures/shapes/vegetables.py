"""Vegetables, herbs and mushrooms. The tone is the colour of what one eats."""

from shop.storefront.pictures.strokes import Paint, ball, leaf, line, orb, oval, path, placed


def potatoes(paint: Paint) -> str:
    spots = "".join(oval(62 + 31 * n % 116, 126 + 23 * n % 66, 2.2, 1.6, "#0003") for n in range(9))
    return (
        orb(152, 132, 46, 36, paint.tone, 'transform="rotate(-16 152 132)"')
        + orb(88, 146, 50, 38, paint.tone, 'transform="rotate(12 88 146)"')
        + orb(138, 172, 52, 32, paint.tone, 'transform="rotate(-4 138 172)"')
        + spots
    )


def roots(paint: Paint) -> str:
    """A bunch of three: carrots, parsnips."""
    root = "M-17-62C-17-74 17-74 17-62C16-20 8 44 0 72C-8 44-16-20-17-62Z"
    rings = "M-14-34h12M4-18h9M-11 2h9M2 22h6"
    greens = "".join(f"M0-66Q{x}-88 {x * 2}-{108 - abs(x)}" for x in (-14, -5, 5, 14))
    one = line(greens, "#5f9a4a", 6) + ball(root, paint.tone) + line(rings, "#0002", 2.5)
    return "".join(placed(one, x, y, turn=turn) for x, y, turn in ((86, 134, 16), (156, 134, -16), (120, 130, 0)))


def bulbs(paint: Paint) -> str:
    """Onions, garlic, beetroot."""
    bulb = "M0-44C8-26 46-22 46 14C46 42 22 52 0 52C-22 52-46 42-46 14C-46-22-8-26 0-44Z"
    seams = "M0-40Q-26 0-4 50M0-40Q26 0 4 50"
    one = ball(bulb, paint.tone) + line(seams, "#0002", 2.5) + line("M0-40Q2-54-4-64", "#8a7a4e", 6)
    return "".join(placed(one, x, y, scale=scale) for x, y, scale in ((156, 154, 0.96), (92, 148, 1.1)))


def lettuce(paint: Paint) -> str:
    ruffle = (
        "M120 66C100 54 86 74 82 82C60 78 50 100 58 116C38 126 42 152 56 158C50 182 74 198 92 190"
        "C102 206 138 206 148 190"
        "C166 198 190 182 184 158C198 152 202 126 182 116C190 100 180 78 158 82C154 74 140 54 120 66Z"
    )
    return (
        ball(ruffle, "#5d9c47")
        + placed(ball(ruffle, paint.tone), 30, 37, scale=0.75)
        + placed(ball(ruffle, "#b9d98a"), 62, 78, scale=0.48)
        + line("M120 190V128M120 170L96 146M120 170L144 146M120 150L106 134M120 150L134 134", "#e3f0c4", 3)
    )


def tomatoes(paint: Paint) -> str:
    star = "M0-6L-18-14L-8-2L-16 12L0 4L16 12L8-2L18-14Z"
    return "".join(
        orb(x, y, radius, radius * 0.92, paint.tone)
        + f'<path d="{star}" fill="#4f8f42" transform="translate({x} {y - radius * 0.72:.0f}) rotate({turn})"/>'
        for x, y, radius, turn in ((156, 130, 40, 10), (82, 146, 46, -12), (140, 168, 40, 4))
    )


def cucumber(paint: Paint) -> str:
    slices = "".join(
        oval(x, y, 25, 25, paint.tone) + oval(x, y, 20, 20, "#d9ecb4") + oval(x, y, 9, 9, "#c2dd93")
        for x, y in ((74, 174), (114, 178))
    )
    body = "M52 150C44 138 52 124 66 116L158 62C174 54 190 62 194 74C198 88 190 98 180 104L88 158C74 166 60 162 52 150Z"
    return ball(body, paint.tone) + line("M84 128L150 90M98 142L166 102", "#ffffff44", 3) + slices


def herbs(paint: Paint) -> str:
    """A pot with a bunch in it."""
    stems = "".join(
        line(f"M120 150Q{120 + x // 2} 110 {120 + x} {64 + abs(x) // 2}", "#4c7d43", 4)
        + leaf(120 + x, 64 + abs(x) // 2, 34, -90 + x, paint.tone)
        + leaf(120 + x * 0.7, 92 + abs(x) // 3, 30, -20 if x >= 0 else 200, "#7bb661")
        + leaf(120 + x * 0.6, 104 + abs(x) // 3, 30, 200 if x >= 0 else -20, paint.tone)
        for x in (-54, -28, 0, 28, 54)
    )
    pot = "M78 146H162L152 198Q151 204 145 204H95Q89 204 88 198Z"
    return (
        stems + path(pot, paint.palette.body) + path(pot, "url(#s)") + path("M74 138H166V152H74Z", paint.palette.deep)
    )


def broccoli(paint: Paint) -> str:
    heads = ((76, 118, 32), (164, 118, 32), (98, 88, 32), (142, 88, 32), (120, 116, 40))
    return (
        path("M96 130C104 160 100 186 96 204H144C140 186 136 160 144 130Z", "#a9c77c")
        + path("M112 150C116 170 116 190 114 204H126C124 190 124 170 128 150Z", "#0001")
        + "".join(orb(x, y, radius, radius * 0.9, paint.tone) for x, y, radius in heads)
        + "".join(oval(70 + 37 * n % 104, 78 + 19 * n % 58, 4, 4, "#ffffff33") for n in range(12))
    )


def squash(paint: Paint) -> str:
    ribs = ((120, 62), (84, 44), (156, 44), (120, 30))
    return (
        "".join(orb(x, 148, rx, 56, paint.tone) for x, rx in ribs)
        + path("M110 98C112 82 104 74 112 64L126 66C124 78 130 86 132 98Z", "#6d7f3c")
        + leaf(128, 84, 40, 6)
    )


def mushrooms(paint: Paint) -> str:
    cap = "M-46 6C-46-40 46-40 46 6C46 16-46 16-46 6Z"
    stem = "M-15 6C-12 30-20 46-18 52C-14 58 14 58 18 52C20 46 12 30 15 6Z"
    one = path(stem, "#f4ead8") + path(stem, "url(#s)") + ball(cap, paint.tone) + oval(0, 10, 42, 5, "#00000022")
    return "".join(
        placed(one, x, y, scale=scale) for x, y, scale in ((166, 158, 0.84), (76, 160, 0.8), (122, 142, 1.12))
    )
