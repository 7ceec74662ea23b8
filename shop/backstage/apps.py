from django.apps import AppConfig


class BackstageConfig(AppConfig):
    name = "shop.backstage"
    label = "backstage"
