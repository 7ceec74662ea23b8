from tests.goods import goods, own_caches, plain_static

__all__ = ["goods", "own_caches", "plain_static"]
