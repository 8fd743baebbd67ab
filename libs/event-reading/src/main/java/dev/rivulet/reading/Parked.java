// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

/** Which records of a reader are parked, kept where its effects are kept and in the same transaction. */
public interface Parked {

    /** Whether the reader has none parked. */
    boolean none(String reader);

    /** Whether an earlier record of the key is parked. */
    boolean blocked(String reader, Origin at, byte[] key);

    /** Whether this very record is parked. */
    boolean holds(String reader, String letter);

    /** Notes a record as parked; what is noted already stays. */
    void park(DeadLetter letter);

    /** Forgets a parked record, for its effect is there or it was given up. */
    void release(String reader, String letter);
}
