"""What staff and machines see: cache figures, health, the admin's frame."""
