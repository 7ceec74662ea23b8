"""Where products stand in the shop.

    catalog_categorytree   one row, id 1. Owns the entry "category_tree": all categories together are one cached value.
    catalog_category       the categories. They own no entry; whatever happens to one touches the tree.

Proved by tests/integration/test_catalog_rules.py.
"""

from typing import ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models

from catalog.models.attribute_schema import validate_schema
from catalog.models.text import long_text, plain_text
from shop.events.triggers import VersionField, touches, versioned

THE_TREE = 1

# A flush of all tables takes the tree's row with it; the first category brings it back. The name sorts before those of
# the touching triggers, and PostgreSQL fires triggers of one event in name order.
_KEEP_TREE = pgtrigger.Trigger(
    name="category_keep_tree",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func=f"""
        INSERT INTO catalog_categorytree (id, version) VALUES ({THE_TREE}, 0) ON CONFLICT DO NOTHING;
        RETURN NULL;
    """,  # noqa: S608  the only part put in is a constant
)


class CategoryTree(models.Model):
    """The owner row of the whole tree: its version is the version of the cached tree."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_TREE, editable=False)
    version = VersionField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=THE_TREE), name="category_tree_is_one"),
        ]
        triggers = versioned("category_tree")

    def __str__(self) -> str:
        return f"the category tree at version {self.version}"


class Category(models.Model):
    """A shelf of the shop, inside another one or at the top. Products stand in the leaves."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        help_text="The category this one is inside of; empty at the top.",
    )
    name = models.CharField(max_length=80, validators=[plain_text])
    slug = models.SlugField(max_length=80, unique=True, help_text="Its name in addresses: /c/<slug>/")
    description = long_text(longest=1000)
    position = models.PositiveIntegerField(default=0, help_text="Smaller comes first among neighbours.")
    attribute_schema = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_schema],
        help_text="What products here may say of themselves: a list of {key, label, kind, unit, choices}; "
        "the kinds are text, number, choice and flag.",
    )

    class Meta:
        verbose_name_plural = "categories"
        ordering: ClassVar = ["position", "name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="category_not_in_itself"),
        ]
        # Every category's owner is the one tree, so the "key" of the owner in a child's row is a constant.
        triggers: ClassVar = [
            _KEEP_TREE,
            *touches("catalog_categorytree", owner_key="id", child_key=str(THE_TREE), child="category"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError where the category would end up inside itself."""
        above = self.parent
        seen: set[int | None] = set()
        while above is not None and above.pk not in seen:
            if above.pk == self.pk:
                raise ValidationError({"parent": "A category can't be inside itself."})
            seen.add(above.pk)
            above = above.parent
