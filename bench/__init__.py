"""Our pages against a bare Django that does the same, as ratios within one run."""
