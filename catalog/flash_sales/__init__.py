"""Flash sales: many prices that go down at one moment, and up at another.

terms         what a sale is made of, and which terms make no sense
scheduling    make, edit and cancel one that has not started
turning       start and end, by hand and by the clock; why the prices are right
history       who did what
queries       what visitors, staff and the API see of sales
api           the same in JSON
products      which products, as staff paste them
preview       every price that a start would change
"""
