"""View counts, popularity, and what customers also bought. Views are recorded write-behind."""
