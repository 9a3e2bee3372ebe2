"""Keywords of schemas: as documents write them, and as the constraints of values."""
