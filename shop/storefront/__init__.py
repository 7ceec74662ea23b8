"""What a visitor sees: pages and the product API, which compose the apps."""
