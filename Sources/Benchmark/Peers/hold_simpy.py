"""The hold model in SimPy: pop the earliest event, schedule another a random time later.

Prints the processor seconds of one run and the last instant, which is the same for every peer.
"""

import sys
import time

import simpy

pending = int(sys.argv[1])
holds = int(sys.argv[2])
MASK = (1 << 64) - 1
state = 88172645463325252


def delay():
    """Marsaglia's xorshift64 made exponential: -log2 of the draw, linear between powers of two."""
    global state
    state ^= state << 13 & MASK
    state ^= state >> 7
    state ^= state << 17 & MASK
    zeros = 64 - state.bit_length()
    return (zeros + 1 << 20) - ((state << zeros + 1 & MASK) >> 44)


# The draws are made beforehand: the measured loop is SimPy's own work alone.
first = [delay() for _ in range(pending)]
later = iter([delay() for _ in range(holds)])
environment = simpy.Environment()
remaining = holds


def hold(environment, event):
    """The fastest way that SimPy has: a bare event with a callback, no process."""
    follower = simpy.Timeout(environment, next(later), event.value)
    follower.callbacks.append(callback)


def callback(event):
    hold(environment, event)


for payload, wait in enumerate(first):
    simpy.Timeout(environment, wait, payload).callbacks.append(callback)
start = time.process_time()
for _ in range(holds):
    environment.step()
print(f"{time.process_time() - start:.9f} {environment.now}")
