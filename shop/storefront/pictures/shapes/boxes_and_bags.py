"""Cartons, boxes, bags, bars and rolls. The tone is the colour of what is inside."""

from shop.storefront.pictures.labels import label, letters
from shop.storefront.pictures.strokes import Paint, block, line, orb, oval, path, placed, rect, solid


def carton(paint: Paint) -> str:
    """A gable-top carton: milk, juice."""
    return (
        path("M66 94L88 54H164L148 94Z", paint.palette.accent)
        + path("M148 94L164 54L184 92V194L148 204Z", paint.palette.deep)
        + rect(84, 38, 84, 18, paint.palette.body, 3)
        + block(66, 94, 82, 110, paint.palette.paper)
        + path("M66 164C86 150 110 176 148 158V204H66Z", paint.tone)
        + path("M148 158C160 152 172 156 184 152V194L148 204Z", paint.tone, 'opacity=".7"')
        + label(paint, 74, 100, 66, 60)
        + oval(108, 74, 11, 8, paint.palette.paper)
    )


def box(paint: Paint) -> str:
    """Cereals, tea, frozen peas."""
    return (
        path("M52 70L76 52H196L176 70Z", paint.palette.accent)
        + path("M176 70L196 52V186L176 204Z", paint.palette.deep)
        + block(52, 70, 124, 134, paint.palette.body)
        + oval(114, 178, 44, 16, "#fdfaf3")
        + "".join(orb(84 + 12 * n, 178 + (n % 3 - 1) * 6, 8, 7, paint.tone) for n in range(6))
        + label(paint, 74, 84, 80, 72)
    )


def pouch(paint: Paint) -> str:
    """A stand-up bag with a window: pasta, rice, nuts, coffee."""
    bag = "M66 56H174L180 78C174 120 186 160 184 192Q184 204 172 204H68Q56 204 56 192C54 160 66 120 60 78Z"
    beans = "".join(
        orb(82 + 12.6 * n + 6 * (row % 2), 184 - 9 * row, 8, 6, paint.tone)
        for row in range(3)
        for n in range(7 - row % 2)
    )
    return (
        solid(bag, paint.palette.body)
        + rect(64, 46, 112, 14, paint.palette.deep, 3)
        + line("M66 68H174", "#ffffff66", 2, 'stroke-dasharray="4 5"')
        + rect(72, 154, 96, 40, "#fdf6e6", 12)
        + beans
        + label(paint, 84, 82, 72, 64)
    )


def crisps(paint: Paint) -> str:
    """A pillow bag with crimped ends."""
    teeth = "".join(f"L{64 + 8 * n} {42 if n % 2 else 50}" for n in range(1, 15))
    foot = "".join(f"L{176 - 8 * n} {206 if n % 2 else 198}" for n in range(1, 15))
    body = f"M64 50{teeth}C186 100 188 150 176 198{foot}C52 150 54 100 64 50Z"
    return (
        solid(body, paint.palette.body)
        + path(
            "M61 76C90 92 150 92 179 76C180 90 180 98 181 108C150 122 90 122 59 108C60 98 60 90 61 76Z",
            paint.palette.accent,
        )
        + label(paint, 84, 92, 72, 62)
        + orb(100, 178, 22, 13, paint.tone, 'transform="rotate(-18 100 178)"')
        + orb(138, 180, 22, 13, paint.tone, 'transform="rotate(14 138 180)"')
    )


def sack(paint: Paint) -> str:
    """A paper bag with a folded top: flour, sugar, oats."""
    bag = "M64 72H176L182 196Q182 204 174 204H66Q58 204 58 196Z"
    return (
        solid(bag, paint.palette.paper)
        + path("M60 148H180L182 196Q182 204 174 204H66Q58 204 58 196Z", paint.palette.body)
        + path("M64 72H176L174 94H66Z", paint.palette.accent)
        + path("M64 72L70 54H170L176 72Z", paint.palette.deep)
        + line("M92 204Q84 176 96 150M152 204Q158 178 146 152", "#0002", 3)
        + label(paint, 82, 100, 76, 74)
    )


def bar(paint: Paint) -> str:
    """A bar of chocolate, unwrapped at the top."""
    squares = "".join(rect(80 + 28 * x, 44 + 24 * y, 24, 20, "#ffffff22", 3) for x in range(3) for y in range(3))
    return (
        f'<g transform="rotate(8 120 130)">{rect(74, 38, 92, 100, paint.tone, 4)}{squares}'
        + path(
            "M66 98L82 88L98 100L114 88L130 100L146 88L162 100L174 92V200Q174 206 168 206H72Q66 206 66 200Z", "#d9dde0"
        )
        + block(66, 112, 108, 94, paint.palette.body, 3)
        + label(paint, 82, 122, 76, 74)
        + "</g>"
    )


def sweets(paint: Paint) -> str:
    """A paper bag, and what fell out of it."""
    one = path("M-30-12L-14-4V4L-30 12ZM30-12L14-4V4L30 12Z", paint.palette.accent)
    places = ((70, 188, 12, paint.palette.body), (176, 190, -16, "#c8453b"), (122, 192, 4, "#e3a72f"))
    return pouch(paint) + "".join(placed(one + orb(0, 0, 16, 13, fill), x, y, turn=turn) for x, y, turn, fill in places)


def paper_rolls(paint: Paint) -> str:
    one = (
        path("M-38-40V44C-38 60 38 60 38 44V-40Z", "#f7f4ee")
        + path("M-38-40V44C-38 60 38 60 38 44V-40Z", "url(#s)")
        + oval(0, -40, 38, 14, "#fffdf8")
        + oval(0, -40, 14, 5, "#b99c72")
        + line("M-30-8h14M-4-4h14M20-8h10M-18 18h14M8 20h14", paint.palette.accent, 3)
    )
    return (
        "".join(placed(one, x, y) for x, y in ((120, 92), (82, 148), (160, 150)))
        + path("M44 168C80 186 160 188 198 170V196C160 210 80 210 44 194Z", paint.palette.body)
        + letters(paint, 120, 192, 20, "#fff")
    )


def canister(paint: Paint) -> str:
    """A round box with a lid: cocoa, salt, tea."""
    return (
        block(68, 70, 104, 134, paint.palette.body, 8)
        + rect(68, 180, 104, 12, paint.palette.accent)
        + label(paint, 80, 88, 80, 84)
        + block(62, 48, 116, 28, paint.palette.deep, 8)
        + oval(120, 50, 52, 7, "#ffffff2e")
    )
