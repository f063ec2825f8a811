// The memory-hard mixing of scrypt. Clang's vectors handle four of Salsa20's words at once; Swift's vectors are compiled to
// single words here, which takes twice the time.
#include "scrypt.h"

typedef uint32_t words __attribute__((vector_size(16)));

// The vectors in a block of 1 KiB. Each of its 16 groups of 64 bytes is held as the four diagonals of Salsa20's matrix.
enum { width = 64, groups = 16 };

#define INLINE static inline __attribute__((always_inline))

INLINE words rotated(words a, int count) { return (a << count) | (a >> (32 - count)); }

// Mixes the sum of `source` and `other` into `target` (RFC 7914, sections 3 and 4).
INLINE void mix_block(const words *source, const words *other, words *target) {
  words x[4];
  for (int k = 0; k < 4; k++) x[k] = source[width - 4 + k] ^ other[width - 4 + k];
  for (int group = 0; group < groups; group++) {
    for (int k = 0; k < 4; k++) x[k] ^= source[4 * group + k] ^ other[4 * group + k];
    words a = x[0], b = x[1], c = x[2], d = x[3];
    for (int round = 0; round < 4; round++) {
      b ^= rotated(a + d, 7);
      c ^= rotated(b + a, 9);
      d ^= rotated(c + b, 13);
      a ^= rotated(d + c, 18);
      b = __builtin_shufflevector(b, b, 3, 0, 1, 2);
      c = __builtin_shufflevector(c, c, 2, 3, 0, 1);
      d = __builtin_shufflevector(d, d, 1, 2, 3, 0);
      d ^= rotated(a + b, 7);
      c ^= rotated(d + a, 9);
      b ^= rotated(c + d, 13);
      a ^= rotated(b + c, 18);
      b = __builtin_shufflevector(b, b, 1, 2, 3, 0);
      c = __builtin_shufflevector(c, c, 2, 3, 0, 1);
      d = __builtin_shufflevector(d, d, 3, 0, 1, 2);
    }
    x[0] += a;
    x[1] += b;
    x[2] += c;
    x[3] += d;
    // Even groups come before odd ones.
    for (int k = 0; k < 4; k++) target[4 * (group / 2 + group % 2 * (groups / 2)) + k] = x[k];
  }
}

// The words of Salsa20's matrix in the order of its diagonals.
static const int order[16] = {0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11};

static void load(const uint8_t *block, words *target) {
  for (int group = 0; group < groups; group++)
    for (int k = 0; k < 16; k++) {
      const uint8_t *p = block + 64 * group + 4 * order[k];
      target[4 * group + k / 4][k % 4] =
          (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    }
}

static void store(const words *source, uint8_t *block) {
  for (int group = 0; group < groups; group++)
    for (int k = 0; k < 16; k++) {
      uint32_t word = source[4 * group + k / 4][k % 4];
      for (int byte = 0; byte < 4; byte++) block[64 * group + 4 * order[k] + byte] = (uint8_t)(word >> 8 * byte);
    }
}

INLINE void mix(uint8_t *block, uint32_t rounds, words *memory) {
  words *zeros = memory + (size_t)rounds * width, *from = zeros + width, *to = from + width;
  load(block, memory);
  for (size_t i = 1; i < rounds; i++) mix_block(memory + (i - 1) * width, zeros, memory + i * width);
  mix_block(memory + (size_t)(rounds - 1) * width, zeros, from);
  for (size_t i = 0; i < rounds; i++) {
    size_t place = from[width - 4][0] & (rounds - 1);
    mix_block(from, memory + place * width, to);
    words *last = from;
    from = to;
    to = last;
  }
  store(from, block);
}

#if defined(__x86_64__)
// AVX-512 rotates in one instruction instead of three.
__attribute__((target("avx512vl"))) static void mix_with_rotations(uint8_t *block, uint32_t rounds, words *memory) {
  mix(block, rounds, memory);
}
#endif

size_t firedrill_scrypt_memory(uint32_t rounds) { return ((size_t)rounds + 3) * width * sizeof(words); }

void firedrill_scrypt_mix(uint8_t *block, uint32_t rounds, void *memory) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl")) {
    mix_with_rotations(block, rounds, memory);
    return;
  }
#endif
  mix(block, rounds, memory);
}
