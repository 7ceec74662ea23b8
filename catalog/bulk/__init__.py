"""Changes of many products at once, by staff.

selection       which products: at most 10,000
flags           publish, withdraw, put into the shop window, take out
price_rule      what a price becomes
rounding        to cents, or to a price that ends in 5 or 9
price_preview   a plan: every old and every new price, before anything is written
price_apply     the plan made true, once
plan_report     what a plan's page shows
rule_words      a rule, as people read it
"""
