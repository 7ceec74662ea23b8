"""Drawn pictures of products: we have no photographs, and borrow none.

Invariant: a picture is a pure function of its address. Whoever has the address needs no row and no cache entry, so a
page of 24 cards costs no look-up for its pictures, and a browser may keep each for a year.
"""
