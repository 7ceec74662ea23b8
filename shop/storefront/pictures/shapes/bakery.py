"""Bread, rolls, cakes and biscuits. The tone is the crust's."""

from shop.storefront.pictures.labels import label
from shop.storefront.pictures.strokes import Paint, ball, line, orb, oval, path, placed, rect, solid


def loaf(paint: Paint) -> str:
    crust = "M44 168C30 116 70 84 120 84C170 84 210 116 196 168C194 196 178 204 120 204C62 204 46 196 44 168Z"
    cuts = "".join(f"M{x} {y}q14-12 34-10q-8 16-28 22Z" for x, y in ((66, 140), (104, 128), (142, 130)))
    return (
        ball(crust, paint.tone)
        + path(cuts, "#f6dfb4")
        + oval(120, 104, 46, 9, "#fff5", 'transform="rotate(-3 120 104)"')
    )


def tin_loaf(paint: Paint) -> str:
    return (
        ball(
            "M52 116C36 96 54 72 84 76C108 60 150 62 164 76C194 74 204 98 188 116"
            "V194Q188 204 178 204H62Q52 204 52 194Z",
            paint.tone,
        )
        + path("M66 122C54 102 72 88 90 90C112 76 146 78 158 90C176 88 186 104 174 122V190H66Z", "#f3d9a6")
        + "".join(oval(80 + 41 * n % 84, 112 + 29 * n % 66, 3, 2.2, "#c9994e66") for n in range(11))
        + path("M66 150H174V178H66Z", paint.palette.body)
        + label(paint, 96, 140, 48, 50)
    )


def baguette(paint: Paint) -> str:
    body = "M58 202C44 194 44 178 56 162L150 48C162 36 184 40 190 54C196 66 190 76 182 86L92 194C82 204 70 208 58 202Z"
    cuts = "".join(f"M{x} {y}q14 0 24 18q-18 2-24-18Z" for x, y in ((146, 66), (122, 94), (98, 122), (76, 150)))
    return (
        ball(body, paint.tone)
        + path(cuts, "#f6dfb4")
        + path("M70 128L140 186L112 206L50 206Z", paint.palette.paper)
        + path("M70 128L140 186L134 190L64 134Z", paint.palette.accent)
    )


def rolls(paint: Paint) -> str:
    return "".join(
        orb(x, y, rx, ry, paint.tone)
        + line(f"M{x - rx * 0.4:.0f} {y - ry * 0.3:.0f}q{rx * 0.4:.0f}-14 {rx * 0.8:.0f} 0", "#f6dfb4", 5)
        for x, y, rx, ry in ((160, 146, 46, 36), (80, 150, 48, 38), (122, 172, 52, 34))
    )


def flatbreads(paint: Paint) -> str:
    stack = "".join(
        oval(120, 188 - 15 * n, 78, 20, "#00000026") + oval(120, 184 - 15 * n, 78, 20, paint.tone) for n in range(5)
    )
    spots = "".join(oval(68 + 47 * n % 106, 116 + 7 * n % 15, 8, 3, "#a9692a66") for n in range(8))
    return stack + oval(120, 124, 78, 20, "url(#b)") + spots


def croissant(paint: Paint) -> str:
    parts = (
        "M34 176C30 142 52 112 78 104L96 146C78 152 62 164 52 182C46 190 36 188 34 176Z",
        "M206 176C210 142 188 112 162 104L144 146C162 152 178 164 188 182C194 190 204 188 206 176Z",
        "M72 108C80 92 94 84 108 82L112 150C102 150 94 152 88 158Z",
        "M168 108C160 92 146 84 132 82L128 150C138 150 146 152 152 158Z",
        "M98 86C110 74 130 74 142 86L136 158C130 164 110 164 104 158Z",
    )
    return "".join(ball(part, paint.tone) for part in parts) + line(
        "M70 122L80 148M170 122L160 148M104 92L108 150M136 92L132 150", "#0002", 3
    )


def cake(paint: Paint) -> str:
    """A slice with layers and icing."""
    return (
        path("M42 124L150 84L200 118V196L42 204Z", paint.tone)
        + path("M42 144L200 132V146L42 160Z", "#fbeed6")
        + path("M42 176L200 164V176L42 190Z", "#fbeed6")
        + path("M42 124L150 84L200 118L42 132Z", paint.palette.accent)
        + path(
            "M42 124L200 112V122C192 130 186 118 176 126"
            "C166 136 158 122 146 130C134 140 124 126 112 134C98 144 88 130 74 138C62 146 52 136 42 142Z",
            paint.palette.accent,
        )
        + orb(128, 92, 14, 14, "#b3263b")
        + line("M130 80Q134 68 144 62", "#5d7a3a", 4)
    )


def biscuits(paint: Paint) -> str:
    """A roll of biscuits, opened, two of them beside it."""
    one = oval(0, 0, 36, 34, "#0003") + orb(0, -4, 36, 34, paint.tone)
    holes = "".join(
        oval(x, y - 4, 2.6, 2.6, "#7a4a1e88") for x, y in ((-14, -10), (14, -10), (0, 2), (-14, 14), (14, 14))
    )
    return (
        solid("M92 54H176Q184 54 184 62V196Q184 204 176 204H92Q84 204 84 196V62Q84 54 92 54Z", paint.palette.body)
        + rect(84, 60, 100, 10, paint.palette.deep)
        + rect(84, 188, 100, 8, paint.palette.deep)
        + label(paint, 100, 82, 68, 76)
        + placed(one + holes, 74, 170)
    )
