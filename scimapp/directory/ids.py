"""The ids that we make: UUIDs of version 7 (RFC 9562 §5.7), which begin with the time.

Rows made one after the other are therefore neighbours in the indexes by id, so that pages stay full and split rarely. An
id is no secret: its 74 random bits only make it unique. Links and tokens have secrets of their own.
"""

import os
import time


def new_id():
    """A new id, 36 characters."""
    moment, chance = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    variant = "89ab"[int(chance[3], 16) & 3]
    return f"{moment[:8]}-{moment[8:]}-7{chance[:3]}-{variant}{chance[4:7]}-{chance[7:19]}"
