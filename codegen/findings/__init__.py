"""What the toolkit says: diagnostics, findings, their rules, and the formats they are printed in."""
