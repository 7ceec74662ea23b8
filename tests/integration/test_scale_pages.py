"""What is measured in a small shop and in a large one is all that staff have lists of."""

from django.contrib import admin
from django.contrib.auth.models import User

from inventory.operations import receive
from tests.goods import Goods
from tests.scale.staff_pages import LEFT_OUT, listed, staff_pages
from tests.scale.views import look_around


def test_every_list_of_the_admin_is_measured(goods: Goods) -> None:
    receive(product_id=goods.id, quantity=20, reason="delivery")
    look_around()

    addresses = set(staff_pages(User.objects.create_superuser("keeper").pk).values())

    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert LEFT_OUT.keys() <= names
    assert {name for name in names if listed(name) not in addresses} == LEFT_OUT.keys()
