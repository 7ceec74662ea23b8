"""What pages cost in a small shop and in a large one, measured by a process of its own on the shop that its environment
names. tests/integration/test_scale.py asserts counts and plans; `make bench` prints times.
"""
