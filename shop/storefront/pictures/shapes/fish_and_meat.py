"""What lies on the fresh counter and in the freezer. The tone is the flesh's."""

from shop.storefront.pictures.labels import label
from shop.storefront.pictures.strokes import Paint, ball, line, orb, oval, path, placed, rect


def fish(paint: Paint) -> str:
    body = (
        path("M166 140L214 100C206 128 206 152 214 180Z", paint.palette.body)
        + path("M92 108C108 84 136 82 150 104ZM104 172C118 190 134 188 142 170Z", paint.palette.body)
        + ball("M24 142C50 96 124 84 176 140C124 196 50 188 24 142Z", paint.tone)
        + path("M24 142C50 188 124 196 176 140C120 160 62 160 24 142Z", "#ffffff66")
        + line("M70 112Q86 142 70 170", "#0003", 3)
        + line("M96 124q8 8 0 16M116 122q8 8 0 16M136 126q8 8 0 14M106 146q8 8 0 14M126 146q8 6 0 12", "#0000002e", 3)
        + oval(50, 134, 7, 7, "#fff")
        + oval(50, 134, 4, 4, "#222")
    )
    return placed(body, 0, 14)


def fillet(paint: Paint) -> str:
    """Two fillets on a tray with a slice of lemon."""
    one = "M-72 10C-60-30 20-38 72-14C78-4 74 14 60 20C20 34-52 36-72 10Z"
    marks = "M-44-6Q-36 8-44 20M-18-16Q-8 4-18 24M8-20Q18 2 8 24M34-20Q42 0 34 20"
    filled = ball(one, paint.tone) + line(marks, "#ffffff99", 4)
    return (
        _tray(paint)
        + placed(filled, 120, 122, turn=-6)
        + placed(filled, 122, 152, turn=4)
        + oval(178, 136, 19, 19, "#e9b92f")
        + oval(178, 136, 15, 15, "#fbe9a0")
        + line("M178 122V150M164 136H192M168 126L188 146M188 126L168 146", "#e9b92f", 2)
    )


def steak(paint: Paint) -> str:
    return (
        _tray(paint)
        + ball(
            "M52 136C50 100 106 90 146 98C190 104 204 132 184 154C164 172 128 158 104 168C78 176 54 164 52 136Z",
            "#f3ddd2",
        )
        + ball(
            "M62 136C62 108 108 100 146 108C182 114 192 134 176 146C156 160 126 148 100 158C80 164 62 156 62 136Z",
            paint.tone,
        )
        + line("M86 130q20-10 34 0M128 122q18-4 28 8M96 146q14-6 24-2", "#f3ddd2aa", 4)
        + oval(160, 134, 7, 6, "#f3ddd2")
    )


def sausages(paint: Paint) -> str:
    one = ball("M-74 12C-84-4-72-18-58-12C-24 2 24 2 58-12C72-18 84-4 74 12C34 34-34 34-74 12Z", paint.tone)
    return _tray(paint) + "".join(placed(one, 120, y) for y in (108, 132, 156))


def poultry(paint: Paint) -> str:
    """A drumstick pair."""
    one = path("M34 34L62 62C70 58 76 66 70 72C66 80 56 76 58 68L30 42Z", "#fbf3e2") + ball(
        "M-44-46C-12-66 30-40 42 10C46 34 34 46 12 42C-38 34-70-20-44-46Z", paint.tone
    )
    return _tray(paint) + placed(one, 88, 130, scale=0.86) + placed(one, 150, 128, turn=-14, scale=0.8)


def shellfish(paint: Paint) -> str:
    """Prawns, on ice."""
    one = (
        ball(
            "M-34 20C-50-16-22-48 12-40C38-34 44-6 30 6C30-12 14-20 0-14C-16-8-16 14-4 22C-14 34-28 32-34 20Z",
            paint.tone,
        )
        + line("M-30-6L-14-2M-20-28L-8-14M4-38L4-18M26-30L16-16", "#ffffff88", 3)
        + path("M-4 22L14 22L4 30L12 40L-14 34Z", paint.palette.accent)
    )
    ice = "".join(rect(54 + 37 * n % 118, 132 + 13 * n % 40, 24, 22, "#ffffffaa", 5) for n in range(9))
    places = ((86, 120, 0), (152, 116, 24), (118, 150, -18))
    return _tray(paint) + ice + "".join(placed(one, x, y, turn=turn) for x, y, turn in places)


def ready_meal(paint: Paint) -> str:
    """A round dish with a topping, in its sleeve."""
    tops = "".join(
        orb(70 + 41 * n % 100, 92 + 23 * n % 60, 9, 8, ("#b8402f", "#5f9a4a", "#f3e6c0")[n % 3]) for n in range(10)
    )
    return (
        orb(120, 126, 80, 74, "#c98f4a")
        + oval(120, 124, 68, 62, paint.tone)
        + tops
        + rect(34, 164, 172, 40, paint.palette.body, 4)
        + rect(34, 164, 172, 40, "url(#s)", 4)
        + rect(34, 164, 172, 5, paint.palette.accent)
        + label(paint, 84, 156, 72, 48)
    )


def block_of_tofu(paint: Paint) -> str:
    return (
        path("M44 128L78 98H206L188 128Z", "#fbf5e4")
        + path("M188 128L206 98V160L188 204Z", "#d8cba6")
        + rect(44, 128, 144, 76, paint.tone, 3)
        + rect(44, 128, 144, 76, "url(#s)", 3)
        + path("M84 128L112 98H156L134 128V204H84Z", paint.palette.body, 'opacity=".92"')
        + label(paint, 86, 136, 46, 60)
    )


def _tray(paint: Paint) -> str:
    return (
        path("M32 100Q34 86 48 86H192Q206 86 208 100L214 184Q214 204 194 204H46Q26 204 26 184Z", paint.palette.deep)
        + path("M42 104Q43 96 52 96H188Q197 96 198 104L202 176Q202 184 194 184H46Q38 184 38 176Z", "#fdfaf3")
        + rect(38, 178, 164, 22, paint.palette.body, 3)
        + rect(52, 186, 60, 6, paint.palette.accent, 3)
    )
