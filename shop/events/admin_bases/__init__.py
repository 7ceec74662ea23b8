"""What every admin of a cached or a long table stands on, in whichever app it is.

announcing          writes reach the caches right after their commit
read_only           rows that triggers and runs write
touched_fields      a form writes only the fields that were touched
editable_row        ... and so does a row of a list
refusable           a list that is shown again as it was typed
told_changes        the history says old and new values
bounded_list        only indexed columns sort, only declared filters filter
bounded_paginator   counting stops at 10,000 rows
newest              what no index holds is looked for among the newest
"""

from shop.events.admin_bases.announcing import AnnouncingAdmin
from shop.events.admin_bases.bounded_paginator import BoundedPaginator
from shop.events.admin_bases.newest import oldest_of_newest
from shop.events.admin_bases.read_only import ReadOnlyAdmin
from shop.events.admin_bases.told_changes import ToldChanges
from shop.events.admin_bases.touched_fields import TouchedFields

__all__ = ["AnnouncingAdmin", "BoundedPaginator", "ReadOnlyAdmin", "ToldChanges", "TouchedFields", "oldest_of_newest"]
