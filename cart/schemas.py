"""The cart in JSON. Amounts are strings with two decimals, as in the catalog."""

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from cart.contents import CartContents, ContentsLine
from cart.models.cart import MOST_OF_ONE
from cart.notices import NoticeCode
from catalog.schemas import Amount, CategoryOut, PriceOut, category_out, money, price_out
from catalog.snapshots import CategoryTreeSnapshot

Quantity = Annotated[int, Field(strict=True, ge=0, le=MOST_OF_ONE, examples=[2])]


class QuantityIn(Schema):
    quantity: Quantity = Field(description="How many pieces there shall be; 0 takes the product out.")


class MoneyOut(Schema):
    amount: Amount
    currency: str = Field(description="ISO 4217.", examples=["EUR"])


class CartProductOut(Schema):
    """All but `id` and `name` is null once the product is no longer sold."""

    id: int
    name: str
    slug: str | None
    brand: str | None
    category: CategoryOut | None


class CartStockOut(Schema):
    available: bool
    quantity: int = Field(description="How many pieces can be had just now.")


class NoticeOut(Schema):
    code: NoticeCode = Field(description="For programs; does not change.")
    detail: str = Field(description="For people.")


class CartItemOut(Schema):
    product: CartProductOut
    quantity: int
    price: PriceOut | None = Field(description="What one piece costs now; null while it has no price.")
    total: MoneyOut | None = Field(description="null for what can't be paid for, and is not in the cart's total.")
    stock: CartStockOut
    notices: list[NoticeOut] = Field(description="What has changed since it was put into the cart.")


class CartOut(Schema):
    items: list[CartItemOut] = Field(description="In the order in which they were added.")
    count: int = Field(description="The number of pieces.")
    total: MoneyOut


def cart_out(contents: CartContents) -> CartOut:
    return CartOut(
        items=[_item_out(line, contents.tree) for line in contents.lines],
        count=contents.count,
        total=_money_out(contents.total, contents.currency),
    )


def _item_out(line: ContentsLine, tree: CategoryTreeSnapshot) -> CartItemOut:
    return CartItemOut(
        product=_product_out(line, tree),
        quantity=line.quantity,
        price=price_out(line.price),
        total=None if line.total is None or line.price is None else _money_out(line.total, line.price.currency),
        stock=CartStockOut(available=line.stock.available > 0, quantity=line.stock.available),
        notices=[NoticeOut(code=notice.code, detail=notice.detail) for notice in line.notices],
    )


def _product_out(line: ContentsLine, tree: CategoryTreeSnapshot) -> CartProductOut:
    product = line.product
    if product is None:
        return CartProductOut(id=line.product_id, name=line.name, slug=None, brand=None, category=None)
    return CartProductOut(
        id=product.id,
        name=product.name,
        slug=product.slug,
        brand=product.brand,
        category=category_out(tree.by_id(product.category_id)),
    )


def _money_out(amount: Decimal, currency: str) -> MoneyOut:
    return MoneyOut(amount=money(amount), currency=currency)
