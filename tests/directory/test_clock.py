"""What time it is: one place answers, and a story of the past is told to its own thread alone."""

import threading

from scimapp.directory import clock as moments


def test_a_told_moment_is_told_to_this_thread_alone(clock):
    seen = []
    with moments.set_to(clock.now().replace(year=2001)):
        other = threading.Thread(target=lambda: seen.append(moments.now().year))
        other.start()
        other.join()
        assert moments.now().year == 2001

    assert seen == [clock.now().year]
    assert moments.now().year == clock.now().year
