"""The record out and in."""
