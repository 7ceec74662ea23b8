"""The import contracts of the house: their types, and a planted violation of each."""
