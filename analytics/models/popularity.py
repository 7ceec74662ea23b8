"""How far popularity has been computed.

analytics_popularitymark   one row, id 1: the products whose views have a version up to this one have been scored
"""

from typing import ClassVar

from django.db import models


class PopularityMark(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="popularity_mark_is_one")]

    def __str__(self) -> str:
        return f"up to version {self.version}"
