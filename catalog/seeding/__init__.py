"""The demo goods: a grammar of groceries, and how its products get into the database. Nothing else imports it."""
