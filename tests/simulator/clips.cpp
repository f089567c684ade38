#include "tests/simulator/clips.hpp"

// The assembler reads the files at build time; the build passes the folder on this file's command line.
#define REELD_EMBED(symbol, file)                                                              \
  asm(".section .rodata\n.balign 16\n" #symbol "_begin:\n.incbin \"" REELD_SIM_ASSETS "/" file \
      "\"\n" #symbol "_end:\n.byte 0\n.previous\n")

REELD_EMBED(reeld_sim_clip_6s, "clip-6s.mp4");
REELD_EMBED(reeld_sim_clip_8s, "clip-8s.mp4");
REELD_EMBED(reeld_sim_poster, "poster.jpg");

extern "C" {
extern const std::uint8_t reeld_sim_clip_6s_begin[];
extern const std::uint8_t reeld_sim_clip_6s_end[];
extern const std::uint8_t reeld_sim_clip_8s_begin[];
extern const std::uint8_t reeld_sim_clip_8s_end[];
extern const std::uint8_t reeld_sim_poster_begin[];
extern const std::uint8_t reeld_sim_poster_end[];
}

namespace reeld::sim {

Bytes clip_of(int seconds) {
  if (seconds == 6) return {reeld_sim_clip_6s_begin, reeld_sim_clip_6s_end};
  return {reeld_sim_clip_8s_begin, reeld_sim_clip_8s_end};
}

Bytes poster() {
  return {reeld_sim_poster_begin, reeld_sim_poster_end};
}

}  // namespace reeld::sim
