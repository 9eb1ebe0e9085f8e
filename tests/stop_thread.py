"""Stops one thread of a process until this program's standard input ends.

    python3 stop_thread.py TID

Signals stop whole processes; only a tracer can stop one thread. Prints `stopped` when it has.
"""

import ctypes
import os
import select
import sys

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207
WALL = 0x40000000


def main() -> None:
    thread = int(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    libc.ptrace.restype = ctypes.c_long

    def trace(request: int) -> None:
        if libc.ptrace(request, thread, 0, 0) != 0:
            sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")

    trace(PTRACE_SEIZE)
    trace(PTRACE_INTERRUPT)
    os.waitpid(thread, WALL)
    print("stopped", flush=True)
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        ended, status = os.waitpid(thread, WALL | os.WNOHANG)
        # The process cannot end before its tracer has taken note of the thread's end.
        if ended and not os.WIFSTOPPED(status):
            return
    trace(PTRACE_DETACH)


main()
