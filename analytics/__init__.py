"""View counts and popularity. Write-behind; the app itself is still to come."""
