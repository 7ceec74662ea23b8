"""What the shop sells.

    catalog_product   owns the entry "product": what is said about it. Price, reviews and neighbours own theirs, so a
                      new price does not throw the description out of the cache.

A product never stands alone: a trigger gives each new one its review summary, its (empty) row of neighbours and its
popularity (none), whoever inserts it. Deleting it takes price, reviews and all of these along, in psql too.
Proved by tests/integration/test_catalog_rules.py.
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models.attribute_schema import MOST_ATTRIBUTES, validate_attributes
from catalog.models.category import Category
from catalog.models.text import long_text, plain_text
from catalog.models.word import SEARCH_LANGUAGE, collects_words
from shop.events.triggers import VersionField, versioned

_PUBLISHED = models.Q(is_published=True)

_STAMP = pgtrigger.Trigger(
    name="product_stamp",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="NEW.updated_at := statement_timestamp(); RETURN NEW;",
)
_COMPANIONS = pgtrigger.Trigger(
    name="product_companions",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
    func="""
        INSERT INTO catalog_reviewsummary (product_id, review_count, rating_sum, version)
            SELECT id, 0, 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;
        INSERT INTO catalog_relatedproducts (product_id, product_ids, run, version)
            SELECT id, '{}', 0, 0 FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;
        INSERT INTO catalog_popularity (product_id) SELECT id FROM new_rows ORDER BY id ON CONFLICT DO NOTHING;
        RETURN NULL;
    """,
)


class Product(models.Model):
    sku = models.CharField(
        "SKU", max_length=32, unique=True, validators=[plain_text], help_text="The shop's own number."
    )
    slug = models.SlugField(
        max_length=140, db_index=False, help_text="Its name in addresses: /p/<slug>-<id>/; the id decides."
    )
    name = models.CharField(max_length=140, validators=[plain_text])
    brand = models.CharField(max_length=60, validators=[plain_text])
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False, related_name="products")
    description = long_text(longest=5000)
    attributes = models.JSONField(
        default=dict, blank=True, help_text="An object; its keys and values follow the category's attribute schema."
    )
    is_published = models.BooleanField(
        "published", default=True, db_default=True, help_text="Whether visitors can see it."
    )
    is_featured = models.BooleanField(
        "featured",
        default=False,
        db_default=False,
        help_text="Whether it stands in the shop window; the newest few are shown.",
    )
    created_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    version = VersionField()
    search = models.GeneratedField(
        expression=SearchVector("name", weight="A", config=SEARCH_LANGUAGE)
        + SearchVector("brand", weight="B", config=SEARCH_LANGUAGE)
        + SearchVector("description", weight="C", config=SEARCH_LANGUAGE),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    # One number for each `key:value`: what a filter asks for and what facets count, eight bytes each, in one index.
    terms = models.GeneratedField(
        expression=models.Func("attributes", function="catalog_terms"),
        output_field=ArrayField(models.BigIntegerField()),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="product_has_name"),
            # The terms stand in an index row, which has room for some 300.
            models.CheckConstraint(
                condition=models.Q(terms__len__lte=MOST_ATTRIBUTES), name="product_attributes_at_most"
            ),
        ]
        # One index for each order in which a list is walked, the id breaking ties; then one for each kind of filter.
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="product_newest", condition=_PUBLISHED),
            models.Index(fields=["category", "created_at", "id"], name="product_newest_within", condition=_PUBLISHED),
            models.Index(fields=["name", "id"], name="product_by_name", condition=_PUBLISHED),
            models.Index(fields=["category", "name", "id"], name="product_by_name_within", condition=_PUBLISHED),
            models.Index(fields=["brand", "created_at", "id"], name="product_by_brand", condition=_PUBLISHED),
            models.Index(
                fields=["category"], include=["id", "brand", "terms"], name="product_facets", condition=_PUBLISHED
            ),
            models.Index(
                fields=["created_at", "id"],
                name="product_featured",
                condition=models.Q(is_published=True, is_featured=True),
            ),
            # The lists of staff, newest id first: published or not.
            models.Index(fields=["category", "id"], name="product_of_category"),
            models.Index(fields=["id"], name="product_withdrawn", condition=models.Q(is_published=False)),
            models.Index(fields=["id"], name="product_in_window", condition=models.Q(is_featured=True)),
            GinIndex(fields=["search"], name="product_search"),
            GinIndex(fields=["terms"], name="product_terms"),
        ]
        triggers: ClassVar = [
            _STAMP,
            _COMPANIONS,
            *collects_words(columns=("name", "brand"), visible="is_published"),
            *versioned("product"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError where the attributes do not follow the category's schema."""
        schema = Category.objects.filter(pk=self.category_id).values_list("attribute_schema", flat=True).first()
        if schema is None:
            return
        try:
            validate_attributes(self.attributes, schema=schema)
        except ValidationError as error:
            raise ValidationError({"attributes": error.messages}) from error
