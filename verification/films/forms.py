"""Which files are films, and what is kept of one so that it is known again."""

from __future__ import annotations

FORMATS = frozenset({"mp4", "mov", "3gp", "m4v", "webm", "mkv", "avi"})

#: Width and height of the small pictures, whatever the film's are, and how many a second has.
WIDE, HIGH, A_SECOND = 32, 18, 5
#: Seconds that are looked at, the first ones.
LONGEST = 600
#: Small pictures that are kept at most: two minutes of them.
MOST_STEPS = 600
#: Large pictures that are kept, and their longer side.
MOST_VIEWS, VIEW_SIDE = 8, 600
