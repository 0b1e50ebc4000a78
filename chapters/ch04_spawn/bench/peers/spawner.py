"""Chapter 4 · benchmark: the spawn as Python's subprocess does it. See server.h for what is asked."""
import os
import subprocess
import sys
import time

program, mebibytes = sys.argv[1], int(sys.argv[2])
ballast = bytearray(b"\1") * (mebibytes << 20)  # touched, and referred to until the end
null = [os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC) for _ in range(3)]
print("ready", flush=True)
for line in iter(sys.stdin.readline, ""):
    begin = time.monotonic_ns()
    for _ in range(int(line)):
        child = subprocess.Popen([program], stdin=null[0], stdout=null[1], stderr=null[2])
        if child.wait() != 0:
            sys.exit("the program did not exit with 0")
    print(time.monotonic_ns() - begin, flush=True)
