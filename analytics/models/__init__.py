"""The tables of analytics. They know products by their ids alone, as the inventory's do.

analytics_productviews     all views of a product; owns the cache entry "views"
analytics_dailyviews       its views of one day (UTC)
analytics_flushedbatch     the ledger of batches: a batch that stands here has been counted, and is counted once
analytics_deadbatch        batches that could not be counted, with their reason, until staff replay them
analytics_popularitymark   up to where popularity was computed from them
analytics_alsobought       what customers of a product bought as well; owns the cache entry "also_bought"
analytics_alsoboughtrun    the comparisons of orders that found it
"""

from analytics.models.also_bought import AlsoBought, AlsoBoughtRun
from analytics.models.batches import DeadBatch, FlushedBatch
from analytics.models.popularity import PopularityMark
from analytics.models.views import DailyViews, ProductViews

__all__ = [
    "AlsoBought",
    "AlsoBoughtRun",
    "DailyViews",
    "DeadBatch",
    "FlushedBatch",
    "PopularityMark",
    "ProductViews",
]
