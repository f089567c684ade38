#!/bin/sh
# Makes the clips and the poster that the simulator serves. Run it in this folder; needs ffmpeg.
# Small on purpose: every film is one of these clips, followed by a `free` box that makes it unique.
set -eu

clip() {  # clip SECONDS
  ffmpeg -v error -y -f lavfi -i "testsrc2=size=320x180:rate=12:duration=$1" \
    -f lavfi -i "anullsrc=channel_layout=mono:sample_rate=16000" -t "$1" \
    -c:v libx264 -preset veryslow -crf 38 -pix_fmt yuv420p -c:a aac -b:a 8k -map_metadata -1 \
    -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart "clip-$1s.mp4"
}

clip 6
clip 8
ffmpeg -v error -y -ss 2 -i clip-6s.mp4 -frames:v 1 -q:v 12 -fflags +bitexact -flags:v +bitexact poster.jpg
