#pragma once

#include <stddef.h>
#include <stdint.h>

// Returns the bytes of memory that a mixing needs.
size_t firedrill_scrypt_memory(uint32_t rounds);

// Mixes the 1 KiB in `block` in place, as scrypt (RFC 7914, section 5) does with a block size of 8. `rounds` is a power of
// two above 1; `memory` is aligned to 16 bytes and holds zeros.
void firedrill_scrypt_mix(uint8_t *block, uint32_t rounds, void *memory);
