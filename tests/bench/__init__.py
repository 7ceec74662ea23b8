"""What `make bench` runs: each figure is a ratio, measured side by side in one run on private servers."""
