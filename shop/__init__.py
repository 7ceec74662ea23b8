"""The Django project, and what the apps share."""
