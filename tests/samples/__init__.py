"""Invented papers with their truth; the printing itself is the product's own sample source."""
