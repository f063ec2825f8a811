// The hold model on std::priority_queue: pop the earliest event, schedule another a random time later.
// Prints the processor seconds of one run and the last instant, which is the same for every peer.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <queue>
#include <vector>

struct Event {
  std::int64_t time;
  std::uint64_t sequence;
  std::int64_t payload;
  bool operator>(const Event &other) const {
    return time != other.time ? time > other.time : sequence > other.sequence;
  }
};

static std::uint64_t state = 88172645463325252ULL;

// Marsaglia's xorshift64 made exponential, as far as integers can: -log2 of the draw, linear between powers of two.
static std::int64_t delay() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  const int zeros = __builtin_clzll(state);
  const std::uint64_t mantissa = state << zeros << 1 >> 44;
  return (static_cast<std::int64_t>(zeros + 1) << 20) - static_cast<std::int64_t>(mantissa);
}

int main(int argc, char **argv) {
  const std::int64_t pending = argc > 1 ? std::atoll(argv[1]) : 1000;
  const std::int64_t holds = argc > 2 ? std::atoll(argv[2]) : 4000000;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> queue;
  std::uint64_t sequence = 0;
  for (std::int64_t i = 0; i < pending; ++i) queue.push({delay(), sequence++, i});
  std::int64_t now = 0;
  const std::clock_t start = std::clock();
  for (std::int64_t i = 0; i < holds; ++i) {
    const Event event = queue.top();
    queue.pop();
    now = event.time;
    queue.push({now + delay(), sequence++, event.payload});
  }
  const double taken = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%.9f %lld\n", taken, static_cast<long long>(now));
}
