// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

/**
 * What mirrored requests came to.
 *
 * @param equal both versions gave the same answer at temperature 0
 * @param different they gave different ones at temperature 0
 * @param sampled both answered, at a temperature at which answers may differ
 * @param failed the candidate alone gave none
 */
public record Mirrored(long equal, long different, long sampled, long failed) {

    public static final Mirrored NONE = new Mirrored(0, 0, 0, 0);

    /** Both together. */
    public Mirrored plus(Mirrored more) {
        return new Mirrored(
                equal + more.equal, different + more.different, sampled + more.sampled, failed + more.failed);
    }

    /** Those whose answers could be compared. */
    public long compared() {
        return equal + different;
    }

    /** All. */
    public long requests() {
        return compared() + sampled + failed;
    }
}
