package dev.rivulet.audio;

/** What a decoder made of a file: the file's own rate in Hz and channels, and the sound. */
record Decoded(int rate, int channels, Waveform sound) {}
