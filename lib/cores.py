"""One core for many small fits.

OpenMP and BLAS start a thread per core and wait for each other in a busy loop.  A build makes hundreds of fits of a few
milliseconds, often beside other work: measured, two threads on two busy cores took four times as long as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """Within this block scikit-learn and numpy compute on one thread; imports scikit-learn, so enter it only to fit something."""
    # Only libraries that are loaded already can be limited.
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
