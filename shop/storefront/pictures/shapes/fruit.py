"""Fruit. The tone is the colour of its skin."""

from shop.storefront.pictures.strokes import Paint, ball, leaf, line, orb, oval, path, placed

STALK = "#6b4a2b"


def apple(paint: Paint) -> str:
    lean = paint.dice.between("lean", -4, 4)
    return (
        ball(
            "M120 92C96 70 58 82 56 128C54 172 84 206 104 204C112 203 116 200 120 200C124 200 128 203 136 204"
            "C156 206 186 172 184 128C182 82 144 70 120 92Z",
            paint.tone,
        )
        + path("M98 91C108 100 132 100 142 91C134 108 106 108 98 91Z", "#00000033")
        + line(f"M120 98Q{118 + lean} 76 {126 + lean} 62", STALK, 6)
        + leaf(124, 76, 40, -28 + lean)
    )


def pear(paint: Paint) -> str:
    return (
        ball(
            "M120 62C100 62 98 86 94 104C88 124 66 134 66 164C66 192 92 204 120 204C148 204 174 192 174 164"
            "C174 134 152 124 146 104C142 86 140 62 120 62Z",
            paint.tone,
        )
        + line("M120 64Q118 50 126 40", STALK, 6)
        + leaf(124, 54, 34, -12)
        + "".join(oval(100 + 11 * n % 47, 140 + 17 * n % 41, 1.4, 1.4, "#0003") for n in range(7))
    )


def citrus(paint: Paint) -> str:
    """One whole, one cut."""
    spokes = "".join(
        f"M150 158L{x} {y}" for x, y in ((150, 116), (186, 137), (186, 179), (150, 200), (114, 179), (114, 137))
    )
    return (
        orb(98, 140, 62, 62, paint.tone)
        + leaf(98, 84, 36, -20)
        + oval(150, 158, 48, 46, paint.tone)
        + oval(150, 158, 43, 41, "#fff4dc")
        + oval(150, 158, 37, 35, paint.tone)
        + line(spokes, "#fff4dc", 3)
    )


def banana(paint: Paint) -> str:
    hand = "M60 78C62 150 110 204 186 190C190 189 192 182 188 178C140 178 104 138 88 76C84 68 62 68 60 78Z"
    return (
        placed(ball(hand, "#e3b52f"), 14, -8)
        + ball(hand, paint.tone)
        + path("M60 78C60 66 64 58 66 54L80 54C82 62 86 70 88 76C80 72 68 72 60 78Z", "#8a7a2e")
        + path("M186 190C192 188 194 180 188 178L180 180L178 190Z", "#6b5a2b")
    )


def mango(paint: Paint) -> str:
    return (
        ball("M70 112C92 66 168 66 182 122C192 166 160 204 116 202C70 200 46 158 70 112Z", paint.tone)
        + oval(92, 156, 30, 34, "#e9a23a", 'opacity=".55"')
        + line("M86 92Q80 82 82 74", STALK, 6)
        + leaf(84, 82, 34, -20)
    )


def pineapple(paint: Paint) -> str:
    crown = "".join(
        f'<path d="M120 92C108 70 112 46 120 26C128 46 132 70 120 92Z" fill="{fill}"'
        f' transform="rotate({turn} 120 96)"/>'
        for turn, fill in ((-52, "#4c7d43"), (52, "#4c7d43"), (-27, "#5f9a4a"), (27, "#5f9a4a"), (0, "#72ad58"))
    )
    net = "".join(f"M{62 + 22 * n} 88L{2 + 22 * n} 206M{62 + 22 * n} 88L{122 + 22 * n} 206" for n in range(-1, 7))
    body = "M120 84C160 84 172 114 172 146C172 184 150 204 120 204C90 204 68 184 68 146C68 114 80 84 120 84Z"
    return (
        crown
        + path(body, paint.tone)
        + f'<clipPath id="p"><path d="{body}"/></clipPath><g clip-path="url(#p)">{line(net, "#9a6416", 3)}</g>'
        + path(body, "url(#b)")
    )


def strawberries(paint: Paint) -> str:
    one = (
        ball("M-38-18C-36-44 36-44 38-18C38 14 14 44 0 46C-14 44-38 14-38-18Z", paint.tone)
        + "".join(
            oval(x, y, 2, 3, "#ffe2a0") for x, y in ((-20, -12), (0, -6), (20, -12), (-12, 10), (12, 10), (0, 26))
        )
        + path("M0-40L-26-34L-12-28L-14-16L0-26L14-16L12-28L26-34Z", "#4f8f42")
    )
    return "".join(
        placed(one, x, y, turn=turn, scale=scale)
        for x, y, turn, scale in ((78, 150, 14, 1.05), (164, 150, -12, 1.05), (120, 112, 2, 1.15), (122, 164, -4, 0.9))
    )


def berries(paint: Paint) -> str:
    """A punnet, heaped."""
    heap = ((70, 146), (100, 146), (132, 146), (166, 146), (84, 122), (116, 118), (150, 122), (100, 98), (134, 98))
    return (
        "".join(orb(x, y, 19, 19, paint.tone) + oval(x, y - 6, 5, 4, "#0002") for x, y in heap)
        + path("M46 146L194 146L180 200Q179 204 174 204L66 204Q61 204 60 200Z", paint.palette.body)
        + line("M58 162H182M60 180H178", paint.palette.deep, 4)
        + leaf(128, 92, 30, -36)
    )


def cherries(paint: Paint) -> str:
    return (
        line("M84 158Q96 92 140 56Q146 108 158 152", "#5d7a3a", 5)
        + leaf(140, 58, 44, 18)
        + orb(82, 168, 37, 36, paint.tone)
        + orb(160, 164, 38, 37, paint.tone)
    )


def stone_fruit(paint: Paint) -> str:
    return (
        orb(152, 148, 48, 52, paint.tone)
        + line("M150 98Q170 140 154 198", "#0002", 3)
        + orb(96, 150, 56, 54, paint.tone)
        + line("M92 98Q118 144 100 202", "#0002", 3)
        + line("M92 100Q90 86 98 78", STALK, 5)
        + leaf(96, 88, 42, -22)
    )
