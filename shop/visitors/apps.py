from django.apps import AppConfig


class VisitorsConfig(AppConfig):
    name = "shop.visitors"
    label = "visitors"
    verbose_name = "Visitors"
