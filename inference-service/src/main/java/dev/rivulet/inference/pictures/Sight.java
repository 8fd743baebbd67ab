// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.pictures;

import dev.rivulet.engine.PicturePlan;

/** What became of one picture. */
public sealed interface Sight {

    /**
     * The model sees it.
     *
     * @param hash of its pixels' source, SHA-256
     * @param plan how it stands in a prompt
     * @param rows that stand in for its tokens; not to be changed
     */
    record Seen(byte[] hash, PicturePlan plan, float[] rows) implements Sight {}

    /**
     * The model does not see it, by no fault of the caller.
     *
     * @param reason in words for the caller
     */
    record Unseen(String reason) implements Sight {}
}
