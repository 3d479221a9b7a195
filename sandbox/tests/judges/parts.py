"""What the bots in Python have in common."""

import base64

# The smallest picture there is: one grey point.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
NOTES = b"Notes"
WORDS = ["closure", "class", "generator"]


def report_problem(where: str, text: str) -> None:
    """The driver fails for such a line."""
    print(f"PROBLEM {where}: " + text.strip().replace("\n", " | "), flush=True)
