"""What the linter knows of English, with which all translations are compared; what it knows of another language is in that one's file."""

from __future__ import annotations

# A translation has a negation for each of these.
NEGATIONS = (
    *("not", "never", "no", "none", "nor", "nothing", "nobody", "cannot", "without", "rather than", "non"),
    *("don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "weren't", "can't", "won't", "shouldn't", "couldn't"),
    *(
        "wouldn't",
        "mustn't",
        "hasn't",
        "haven't",
        "hadn't",
        "immutable",
        "illegal",
        "disallowed",
        "unset",
        "unspecified",
    ),
    *("undefined", "unavailable", "unknown", "unable", "unsupported", "unsuccessful", "unprefixed", "unqualified"),
    *("unlisted", "unchanged", "unrecognized", "unexpected", "unauthorized", "unauthenticated", "unlimited", "unready"),
    *("unmodified", "unused", "unassigned", "unnamed", "unbound", "unconditional", "unconditionally", "unrelated"),
    *("unhealthy", "unstable", "invalid", "inactive", "incompatible", "incorrect", "inaccessible", "ineligible"),
    *("insecure", "incomplete", "inconsistent", "insufficient"),
)
# These hold one of them and deny nothing, or are often translated by what is so, and not by what is not.
HARMLESS = (
    *(
        "no more than",
        "no less than",
        "no later than",
        "no fewer than",
        "no greater than",
        "no longer than",
        "no matter",
    ),
    *("no-op", "whether or not", "not only", "not just", "not restricted", "not limited"),
)
