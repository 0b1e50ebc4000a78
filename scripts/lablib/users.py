"""Whom strangers' programs run as. By root, each at the same time as another user, whichever grader started it: who
shares a user id shares its count of processes, and may kill the other."""

import fcntl
import os
from pathlib import Path

from .machine import FIRST_UID, is_root

LOCKS = Path("/run/lab-users")  # root's; a file for each user id that a grader has had
CLASS = 10_000  # user ids for one class


class Taken(Exception):
    """Another grader on this machine has that user."""


def claim(name):
    """A lock that lasts until its descriptor is closed, as by our end; None: another grader has it."""
    LOCKS.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(LOCKS / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


class User:
    """A user for one grader, as long as it wants. `slot` None: the first that is free. Not by root: ourselves."""

    def __init__(self, slot=None):
        self.uid, self.lock = os.geteuid(), None
        if not is_root():
            return
        for number in range(CLASS) if slot is None else [slot]:
            self.uid, self.lock = FIRST_UID + number, claim(str(FIRST_UID + number))
            if self.lock is not None:
                return
        raise Taken(self.uid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.lock is not None:
            os.close(self.lock)


def claim_class():
    """(a lock, the first slot) of CLASS users for a class, behind those of whoever grades a single submission."""
    if not is_root():
        return None, 0
    for number in range(1, 1000):
        lock = claim(f"class-{number}")
        if lock is not None:
            return lock, CLASS * number
    raise Taken("class")
