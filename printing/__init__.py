"""Slips in, ink out: the official forms as PDF, and the ways to paper. Knows nothing of dossiers."""
