"""What every admin of a cached or a long table stands on, in whichever app it is.

announcing          writes reach the caches right after their commit
read_only           rows that triggers and runs write
editable_row        a list writes only the rows that were touched
told_changes        the history says old and new values
bounded_paginator   counting stops at 10,000 rows
"""

from shop.events.admin_bases.announcing import AnnouncingAdmin
from shop.events.admin_bases.bounded_paginator import BoundedPaginator
from shop.events.admin_bases.read_only import ReadOnlyAdmin
from shop.events.admin_bases.told_changes import ToldChanges

__all__ = ["AnnouncingAdmin", "BoundedPaginator", "ReadOnlyAdmin", "ToldChanges"]
