package dev.rivulet.inference.scheduling;

/**
 * How far a sequence came in a step.
 *
 * @param computed positions of its slot that now hold keys and values
 * @param generated tokens generated so far
 * @param reading whether its reader has room for more text
 * @param finished whether it ended: end token, stop string or token limit
 */
public record Progress(SequenceId id, int computed, int generated, boolean reading, boolean finished) {}
