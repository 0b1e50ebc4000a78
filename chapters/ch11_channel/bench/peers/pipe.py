"""Chapter 11 · benchmark: Python's multiprocessing.Pipe, a socketpair and pickle. See server.h for what is asked."""
import multiprocessing
import sys
import time

size = int(sys.argv[1])
tell = {"cmd": ".", "text": "x" * (size - 22)}
ask = {"cmd": "?", "text": "x" * (size - 22)}


def receive(end):
    while True:
        try:
            message = end.recv()
        except EOFError:
            return
        if message["cmd"] == "?":
            end.send(message)


ours, theirs = multiprocessing.Pipe()
multiprocessing.set_start_method("fork")
child = multiprocessing.Process(target=lambda: (ours.close(), receive(theirs)))
child.start()
theirs.close()
print("ready", flush=True)
for line in iter(sys.stdin.readline, ""):
    what, count = line.split()
    begin = time.monotonic_ns()
    if what == "stream":
        for _ in range(int(count) - 1):
            ours.send(tell)
        ours.send(ask)
        ours.recv()
    else:
        for _ in range(int(count)):
            ours.send(ask)
            ours.recv()
    print(time.monotonic_ns() - begin, flush=True)
ours.close()
child.join()
